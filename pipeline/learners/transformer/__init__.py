"""The small transformer: a pretrained encoder with one linear head a label field, fine-tuned once for all."""
