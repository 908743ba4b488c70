"""The four components of the pipeline, in their order: tokens, sentence embedding, intent, entities."""
