//! Behaviour of the constructs and rules, through the public API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test didn't expect fails it"
)]

mod alarm;
mod alarm_mute_rule;
mod alarm_of_handle;
mod alarm_property;
mod alarm_rule;
mod backup;
mod backup_air_gapped;
mod backup_framework;
mod backup_property;
mod backup_report;
mod backup_rule;
mod backup_selection_rule;
mod cluster;
mod cluster_property;
mod cluster_rule;
mod database;
mod database_access;
mod database_global;
mod database_parameter;
mod database_property;
mod database_rule;
mod database_schedule;
mod edge;
mod edge_distribution;
mod edge_distribution_rule;
mod edge_function;
mod edge_name;
mod edge_name_rule;
mod edge_origin;
mod edge_property;
mod edge_response_headers;
mod edge_signing;
mod extreme_value;
mod grant;
mod identity_rule;
mod key_rule;
mod link_property;
mod links;
mod load_balancer;
mod load_balancer_property;
mod load_balancer_rule;
mod log_rule;
mod network_property;
mod network_rule;
mod observability;
mod plan;
mod program;
mod prometheus;
mod pull_through_cache;
mod queue;
mod rds_postgres;
mod rds_rule;
mod recovery;
mod registry;
mod remnant;
mod repository;
mod repository_rule;
mod restore;
mod secret;
mod secret_rule;
mod stack_set;
mod storage;
mod storage_grant;
mod storage_policy;
mod storage_property;
mod storage_replication;
mod storage_rule;
mod storage_writer;
mod template_rules;
mod trace;
mod vpc;
mod web_acl;
mod web_acl_property;
mod web_acl_rule;
