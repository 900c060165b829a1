//! What tells how an environment is doing.
