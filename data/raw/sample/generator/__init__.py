"""The invented company behind the bundled sample study, one module per part of its world."""
