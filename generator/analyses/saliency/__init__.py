"""Saliency maps: which pixels the score of a class depends on, by methods that are judged before they are believed."""
