//! What holds for every environment that can be configured, checked on what is synthesized.
//!
//! * `configuration`: an arbitrary valid environment, and the program that makes it; `parts` is what is
//!   around the cluster and the database, `option` what may be there besides,
//! * `template`: the synthesized templates, to look at,
//! * `network`, `cluster`, `database`, `edge`, `estate`, `registry`, `everywhere`: the invariants, each of
//!   which reads the templates as CloudFormation does and knows nothing of the rules that `check` runs,
//! * `sabotage`: that each of them sees what it is there for,
//! * the properties: here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test didn't expect fails it"
)]

mod cluster;
mod configuration;
mod database;
mod edge;
mod estate;
mod everywhere;
mod network;
mod option;
mod parts;
mod registry;
mod sabotage;
mod template;

use proptest::prelude::*;

use configuration::{Unrelated, any_configuration};
use template::Templates;

/// What holds for the templates and manifests of every environment.
type Invariant = fn(&Templates) -> Result<(), TestCaseError>;

/// Every invariant by its name.
const INVARIANTS: [(&str, Invariant); 54] = [
    ("every_tier_spans_three_zones", network::every_tier_spans_three_zones),
    ("subnets_are_inside_and_disjoint", network::subnets_are_inside_and_disjoint),
    ("routes_lead_where_their_tier_may", network::routes_lead_where_their_tier_may),
    ("endpoints_are_private", network::endpoints_are_private),
    ("no_group_lets_the_internet_in", network::no_group_lets_the_internet_in),
    ("network_acls_let_replies_back", network::network_acls_let_replies_back),
    ("flows_are_logged", network::flows_are_logged),
    ("subnets_are_found_by_their_tags", network::subnets_are_found_by_their_tags),
    ("isolated_clusters_reach_their_services", network::isolated_clusters_reach_their_services),
    ("the_cluster_is_guarded", cluster::the_cluster_is_guarded),
    ("nodes_are_hardened", cluster::nodes_are_hardened),
    ("core_nodes_survive", cluster::core_nodes_survive),
    ("pools_are_bounded", cluster::pools_are_bounded),
    ("karpenter_is_complete", cluster::karpenter_is_complete),
    ("every_pod_finds_a_node", cluster::every_pod_finds_a_node),
    ("images_do_not_move", cluster::images_do_not_move),
    ("a_service_account_has_one_role", cluster::a_service_account_has_one_role),
    ("the_database_is_private", database::the_database_is_private),
    ("the_database_is_locked", database::the_database_is_locked),
    ("members_leave_the_data_to_their_cluster", database::members_leave_the_data_to_their_cluster),
    ("the_database_survives", database::the_database_survives),
    ("replicated_backups_are_elsewhere", database::replicated_backups_are_elsewhere),
    ("proxies_are_closed", database::proxies_are_closed),
    ("capacity_is_a_range_in_half_steps", database::capacity_is_a_range_in_half_steps),
    ("insights_are_complete", database::insights_are_complete),
    ("the_web_acl_is_well_formed", edge::the_web_acl_is_well_formed),
    ("the_web_acl_has_the_baseline", edge::the_web_acl_has_the_baseline),
    ("the_web_acl_logs", edge::the_web_acl_logs),
    ("the_load_balancer_is_encrypted", edge::the_load_balancer_is_encrypted),
    ("the_origin_is_encrypted_and_hidden", edge::the_origin_is_encrypted_and_hidden),
    ("targets_are_services", edge::targets_are_services),
    ("buckets_are_closed", estate::buckets_are_closed),
    ("the_distribution_is_encrypted", estate::the_distribution_is_encrypted),
    ("the_site_is_read_by_cloudfront_alone", estate::the_site_is_read_by_cloudfront_alone),
    ("errors_of_the_api_stay", estate::errors_of_the_api_stay),
    ("alarms_tell_someone", estate::alarms_tell_someone),
    ("what_users_feel_is_watched", estate::what_users_feel_is_watched),
    ("backups_are_kept", estate::backups_are_kept),
    ("secrets_are_made_up", estate::secrets_are_made_up),
    ("replicas_of_buckets_are_elsewhere", estate::replicas_of_buckets_are_elsewhere),
    ("what_is_counted_is_watched", estate::what_is_counted_is_watched),
    ("velero_keeps_to_its_bucket", estate::velero_keeps_to_its_bucket),
    ("images_stay_what_they_are", registry::images_stay_what_they_are),
    ("images_are_pulled_by_who_may", registry::images_are_pulled_by_who_may),
    ("images_are_replicated_elsewhere", registry::images_are_replicated_elsewhere),
    (
        "everything_at_rest_has_a_key_of_its_own",
        everywhere::everything_at_rest_has_a_key_of_its_own,
    ),
    ("keys_are_kept", everywhere::keys_are_kept),
    ("logs_are_kept_for_a_known_time", everywhere::logs_are_kept_for_a_known_time),
    ("everything_is_tagged", everywhere::everything_is_tagged),
    ("data_outlives_its_stack", everywhere::data_outlives_its_stack),
    ("permissions_are_scoped", everywhere::permissions_are_scoped),
    ("trusts_name_their_source", everywhere::trusts_name_their_source),
    (
        "references_lead_somewhere_and_not_in_circles",
        everywhere::references_lead_somewhere_and_not_in_circles,
    ),
    ("templates_keep_to_the_limits", everywhere::templates_keep_to_the_limits),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_valid_environment_is_a_safe_one(configuration in any_configuration()) {
        let templates = configuration.synth(Unrelated::Absent);
        for (name, holds) in INVARIANTS {
            holds(&templates).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))?;
        }
    }

    #[test]
    fn the_same_environment_has_the_same_bytes(configuration in any_configuration()) {
        let (one, other) =
            (configuration.synth(Unrelated::Absent), configuration.synth(Unrelated::Absent));
        prop_assert_eq!(one.files, other.files);
    }

    #[test]
    fn an_environment_differs_from_another_if_and_only_if_its_files_do(
        one in any_configuration(),
        other in any_configuration(),
        which in any::<[bool; 5]>(),
    ) {
        let mixed = one.with(&other, which);
        let found = mixed.differences(&one);
        let same = mixed.production() == one.production();
        prop_assert_eq!(found.is_empty(), same, "{:#?}", found);
    }

    #[test]
    fn neither_another_order_nor_what_is_unrelated_renames_anything(configuration in any_configuration()) {
        let alone = configuration.synth(Unrelated::Absent);
        for unrelated in [Unrelated::First, Unrelated::Last] {
            let together = configuration.synth(unrelated);
            for (stack, id, resource) in alone.resources() {
                prop_assert_eq!(together.resource(stack, id), Some(resource), "{} {}", stack, id);
            }
        }
    }
}
