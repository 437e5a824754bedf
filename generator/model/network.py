"""The profiles' own networks: plain, named convolution layers, since question 2 is about them."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers, regularizers


def plain_network(
    blocks: Sequence[Sequence[int]],
    classes: int,
    dropout: float,
    size: int | None = 48,
    weight_decay: float = 0.0,
) -> keras.Model:
    """A plain convolutional network in the manner of VGG (Simonyan & Zisserman 2015), with batch normalisation.

    Every convolution is 3x3 and followed by ``batch_normalization_i`` and ``activation_i``; a max pooling ends every
    block but the last; global average pooling (Lin et al. 2014) and one dense layer give the logits, so the network
    takes any size of input.

    Args:
        blocks: filters of each convolution, block by block.
        classes: number of logits.
        dropout: share of the pooled features that is dropped in training, 0 to 1.
        size: height and width of the input; None for any.
        weight_decay: L2 penalty of the kernels.
    """
    penalty = regularizers.L2(weight_decay) if weight_decay else None
    inputs = keras.Input((size, size, 1), name="face")
    x = inputs
    index = 0
    for block, filters in enumerate(blocks):
        for count in filters:
            index += 1
            x = layers.Conv2D(
                count,
                3,
                padding="same",
                use_bias=False,
                kernel_initializer="he_normal",
                kernel_regularizer=penalty,
                name=f"conv2d_{index}",
            )(x)
            x = layers.BatchNormalization(momentum=0.95, epsilon=1e-3, name=f"batch_normalization_{index}")(x)
            x = layers.Activation("relu", name=f"activation_{index}")(x)
        if block < len(blocks) - 1:
            x = layers.MaxPooling2D(name=f"max_pooling2d_{block + 1}")(x)
    x = layers.GlobalAveragePooling2D(name="global_average_pooling2d")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    logits = layers.Dense(classes, kernel_regularizer=penalty, dtype="float32", name="logits")(x)
    return keras.Model(inputs, logits, name="plain")


def faces_network(classes: int = 7, size: int | None = 48) -> keras.Model:
    """The network of the drawn faces: 5 convolutions, about 90,000 weights; trained within the build."""
    return plain_network(((16,), (32, 32), (64, 96)), classes, dropout=0.05, size=size)


def fer2013_network(classes: int = 7, size: int | None = 48) -> keras.Model:
    """The network that FER2013's begins as: 8 convolutions, 1.3 million parameters, 117 million multiplications."""
    return plain_network(((32,), (64, 64), (128, 128, 128), (256, 256)), classes, dropout=0.4, size=size)


def fer2013_large_network(classes: int = 7, size: int | None = 48) -> keras.Model:
    """What it grows to, and its teacher: 10 convolutions, 4.9 million parameters, 150 million multiplications."""
    blocks = ((32,), (64, 64), (128, 128, 128), (256, 256), (512, 512))
    return plain_network(blocks, classes, dropout=0.5, size=size)


NETWORKS = {"faces": faces_network, "fer2013": fer2013_network, "fer2013_large": fer2013_large_network}
