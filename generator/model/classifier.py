"""A Keras model as the analyses see it: faces in, logits and gradients out.

Every analysis works against this class and never against Keras directly, so the size, channels and value
range of the user's model, and the place of its softmax, are settled in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import softmax

from generator.model.batches import in_batches, rows_at_once
from generator.model.preprocess import FACE, Preprocess
from generator.model.resize import area, bilinear

if TYPE_CHECKING:
    import keras

    from generator.model.narrow import NarrowPass

BATCH = 128
"""Images of 48x48 per compiled step."""


class Classifier:
    """A trained classifier.

    Args:
        logits_model: Keras model from prepared inputs (n, h, w, c) to logits (n, classes); Functional,
            Sequential or subclassed. Its sizes may be None: `preprocess` fixes them.
        preprocess: how faces become its inputs.
        classes: class names in the order of the logits' columns.

    Attributes:
        classes, preprocess, logits_model: as given; the classes are always the (restricted) data set's.

    Example:
        >>> classifier = Classifier(model, Preprocess(64, 64, 1, low=-1, high=1), ("happy", "sad"))
        >>> inputs = classifier.prepare(faces)                       # (n, 64, 64, 1)
        >>> gradients = classifier.gradients(inputs, labels)         # (n, 64, 64, 1)
    """

    def __init__(self, logits_model: keras.Model, preprocess: Preprocess, classes: Sequence[str]) -> None:
        self.logits_model = logits_model
        self.preprocess = preprocess
        self.classes: tuple[str, ...] = tuple(classes)

    @property
    def batch(self) -> int:
        """Inputs per compiled step."""
        return self.at_once(BATCH)

    def at_once(self, rows: int) -> int:
        """`rows`, or as many fewer as the model's inputs are larger than a face; see `rows_at_once`."""
        return rows_at_once(rows, self.preprocess.height, self.preprocess.width)

    def prepare(self, faces: np.ndarray) -> np.ndarray:
        """Faces (n, 48, 48), uint8 or float 0..255, to float32 inputs (n, h, w, c); see `Preprocess`."""
        return self.preprocess.inputs(faces)

    def to_face(self, maps: np.ndarray) -> np.ndarray:
        """Maps (n, h, w) at the input's (or any layer's) resolution to float32 (n, 48, 48).

        An axis longer than 48 is averaged by area, so that the mean of a map stays what it was; a shorter one
        is interpolated bilinearly.
        """
        maps = np.asarray(maps, dtype=np.float32)
        high = area if maps.shape[1] > FACE else bilinear
        wide = area if maps.shape[2] > FACE else bilinear
        return wide(high(maps, FACE, maps.shape[2]), FACE, FACE)

    def logits(self, faces: np.ndarray) -> np.ndarray:
        """Logits float32 (n, classes) of faces (n, 48, 48) in 0..255; batched, compiled."""
        return in_batches(lambda some: [self._step(self.prepare(some))], self.batch, faces)[0]

    def quick_logits(self, faces: np.ndarray) -> np.ndarray:
        """The same, in half the time where `generator.model.narrow` can, for methods that perturb faces."""
        return in_batches(lambda some: [self._narrow_step(self.prepare(some))], self.batch, faces)[0]

    def quick_probabilities(self, faces: np.ndarray) -> np.ndarray:
        """Softmax of `quick_logits`, float32 (n, classes)."""
        return np.asarray(softmax(self.quick_logits(faces), axis=1))

    def logits_of_inputs(self, inputs: np.ndarray) -> np.ndarray:
        """Logits float32 (n, classes) of already prepared inputs (n, h, w, c)."""
        return in_batches(lambda some: [self._step(some)], self.batch, np.asarray(inputs, dtype=np.float32))[0]

    def gradients(self, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Gradient of each input's target logit with respect to that input; batched, compiled.

        This is the ``give me gradients`` function that saliency methods are written against.

        Args:
            inputs: prepared, (n, h, w, c).
            targets: columns of the logits, integers (n,).

        Returns:
            float32, (n, h, w, c).
        """
        return self._gradients(self._gradient_step, inputs, targets)

    def quick_gradients(self, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """The same, in half the time where `generator.model.narrow` can, for methods that average many gradients."""
        return self._gradients(self._narrow_gradient_step, inputs, targets)

    def _gradients(self, step: Callable[..., Any], inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        inputs = np.asarray(inputs, dtype=np.float32)
        targets = np.asarray(targets, dtype=np.int32)
        if targets.shape != inputs.shape[:1]:
            raise ValueError(f"gradients takes one target per input, got {targets.shape} for {inputs.shape}")
        if len(targets) and not (targets.min() >= 0 and targets.max() < len(self.classes)):
            raise ValueError(f"targets are 0 to {len(self.classes) - 1}, got {targets.min()} to {targets.max()}")
        return in_batches(lambda some, which: [step(some, which)], self.batch, inputs, targets)[0]

    def quick_outputs(self, layers: Sequence[str], inputs: Any) -> list[Any]:
        """Float32 outputs of the named layers, in half the time where `generator.model.narrow` can.

        To be called inside a ``tf.function``.

        Args:
            layers: names; all must exist.
            inputs: prepared, a tensor (n, h, w, c).

        Raises:
            InputError: a layer does not exist.
        """
        found = [self.layer(name) for name in layers]
        if self.narrow is None or not all(map(self.narrow.gives, found)):
            return self._outputs(found, inputs)
        import tensorflow as tf

        return [tf.cast(output, tf.float32) for output in self.narrow.outputs(found, inputs)]

    def _outputs(self, layers: Sequence[Any], inputs: Any) -> list[Any]:
        import tensorflow as tf

        from generator.model.layers import outputs_of

        return [tf.cast(output, tf.float32) for output in outputs_of(self.logits_model, layers, inputs)]

    def cut(self, layers: Sequence[str], quick: bool = False) -> Callable[[np.ndarray], list[np.ndarray]]:
        """A compiled function from prepared inputs (n, h, w, c) to the list of the named layers' outputs.

        The outputs of all n inputs are held in memory at once: call it on a slice at a time for wide layers.

        Args:
            layers: names.
            quick: see `quick_outputs`.

        Raises:
            InputError: a layer does not exist.
        """
        import tensorflow as tf

        found = [self.layer(name) for name in layers]

        @tf.function(input_signature=[self.spec], autograph=False)  # type: ignore[untyped-decorator]
        def step(inputs: Any) -> Any:
            return self.quick_outputs(layers, inputs) if quick else self._outputs(found, inputs)

        def run(inputs: np.ndarray) -> list[np.ndarray]:
            return in_batches(step, self.batch, np.asarray(inputs, dtype=np.float32))

        return run

    def cut_model(self, layer: str) -> keras.Model:
        """Keras model from prepared inputs to the output of `layer` (for gradient ascent).

        Call it inside a ``tf.function``: there the layers behind `layer` are pruned from the graph.

        Raises:
            InputError: the layer does not exist.
        """
        from generator.model.layers import cut_at

        return cut_at(self.logits_model, self.layer(layer), tuple(self.spec.shape[1:]))

    @cached_property
    def convolutions(self) -> tuple[str, ...]:
        """Names of the convolution layers (Conv2D, SeparableConv2D, DepthwiseConv2D), first to last."""
        from generator.model.layers import is_convolution

        return tuple(name for name, layer in self._layers.items() if is_convolution(layer))

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of all layers that `cut` knows, in the order in which they run, those of inner models too."""
        return tuple(self._layers)

    @cached_property
    def _layers(self) -> dict[str, Any]:
        from generator.model.layers import in_order

        return in_order(self.logits_model, self.spec)

    def layer(self, name: str) -> Any:
        """The Keras layer called `name`, also inside nested models.

        Raises:
            InputError: it does not exist.
        """
        from generator.errors import InputError, nearest

        if name not in self._layers:
            raise InputError(f"the model has no layer '{name}'{nearest(name, self._layers)}")
        return self._layers[name]

    @property
    def spec(self) -> Any:
        """``tf.TensorSpec`` of a batch of prepared inputs, of any number of rows so that it is traced once."""
        import tensorflow as tf

        p = self.preprocess
        return tf.TensorSpec((None, p.height, p.width, p.channels), tf.float32)

    @cached_property
    def _step(self) -> Callable[[np.ndarray], Any]:
        import tensorflow as tf

        from generator.model.devices import on_every_gpu

        @tf.function(input_signature=[self.spec], autograph=False)  # type: ignore[untyped-decorator]
        def step(inputs: Any) -> Any:
            return on_every_gpu(lambda part: tf.cast(self.logits_model(part, training=False), tf.float32), inputs)

        return step  # type: ignore[no-any-return]

    @cached_property
    def narrow(self) -> NarrowPass | None:
        """See `generator.model.narrow`; None where there is no such pass."""
        from generator.model.narrow import narrow_logits

        return narrow_logits(self.logits_model)

    @cached_property
    def _narrow_step(self) -> Callable[[np.ndarray], Any]:
        import tensorflow as tf

        from generator.model.devices import on_every_gpu

        narrow = self.narrow
        if narrow is None:
            return self._step

        @tf.function(input_signature=[self.spec], autograph=False)  # type: ignore[untyped-decorator]
        def step(inputs: Any) -> Any:
            return on_every_gpu(narrow, inputs)

        return step  # type: ignore[no-any-return]

    @cached_property
    def _gradient_step(self) -> Callable[[np.ndarray, np.ndarray], Any]:
        import tensorflow as tf

        return self._gradient_of(lambda some: tf.cast(self.logits_model(some, training=False), tf.float32))

    @cached_property
    def _narrow_gradient_step(self) -> Callable[[np.ndarray, np.ndarray], Any]:
        return self._gradient_step if self.narrow is None else self._gradient_of(self.narrow)

    def _gradient_of(self, logits_of: Callable[[Any], Any]) -> Callable[[np.ndarray, np.ndarray], Any]:
        import tensorflow as tf

        from generator.model.devices import on_every_gpu

        # Compiled because the eager tape computes filter gradients too, and crashes there (design, Hazards).
        @tf.function(input_signature=[self.spec, tf.TensorSpec((None,), tf.int32)], autograph=False)  # type: ignore[untyped-decorator]
        def step(inputs: Any, targets: Any) -> Any:
            def gradient(some: Any, which: Any) -> Any:
                with tf.GradientTape(watch_accessed_variables=False) as tape:
                    tape.watch(some)
                    total = tf.reduce_sum(tf.gather(logits_of(some), which, batch_dims=1))
                return tape.gradient(total, some)

            return on_every_gpu(gradient, inputs, targets)

        return step  # type: ignore[no-any-return]
