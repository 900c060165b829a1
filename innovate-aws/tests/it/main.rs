//! Behaviour of the constructs and rules, through the public API.

mod cluster;
mod platform;
mod template_rules;
