//! Behaviour of the constructs and rules, through the public API.

mod template_rules;
