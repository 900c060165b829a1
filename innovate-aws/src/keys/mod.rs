//! Customer-managed keys.
