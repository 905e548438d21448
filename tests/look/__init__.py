"""The look: frame, components, texts, accessibility."""
