//! Behaviour of the constructs and rules, through the public API.

mod cluster;
mod cluster_rule;
mod database;
mod database_property;
mod database_rule;
mod identity_rule;
mod platform;
mod program;
mod template_rules;
mod web_acl;
mod web_acl_property;
mod web_acl_rule;
