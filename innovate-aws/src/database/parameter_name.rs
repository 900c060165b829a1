//! The names of PostgreSQL's settings, as far as they are known here.

/// The major versions whose settings are known here.
pub(crate) const KNOWN: std::ops::RangeInclusive<u8> = 14..=18;
const LAST: u8 = u8::MAX;

/// What is known of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A setting of this major version.
    Known,
    /// A setting of the major versions from the first to the last alone.
    Elsewhere(u8, u8),
    /// A setting that RDS decides on, and what to do instead.
    Fixed(&'static str),
    /// None that is known here.
    Unknown,
}

impl Name {
    /// What is known of `name` in a major version of PostgreSQL. The case of letters doesn't matter.
    pub(crate) fn of(name: &str, major: u8) -> Self {
        let name = name.to_ascii_lowercase();
        if let Some((_, instead)) = FIXED.iter().find(|(fixed, _)| *fixed == name) {
            return Self::Fixed(instead);
        }
        let limited = SOME.iter().find(|(.., names)| names.contains(&&*name));
        match limited {
            Some((first, last, _)) if !(*first..=*last).contains(&major) => {
                Self::Elsewhere(*first, *last)
            }
            Some(_) => Self::Known,
            None if EVERY.contains(&&*name) || AWS.contains(&&*name) => Self::Known,
            None => Self::Unknown,
        }
    }

    /// The names that a major version has.
    pub(crate) fn all(major: u8) -> impl Iterator<Item = &'static str> {
        let some = SOME.iter().filter(move |(first, last, _)| (*first..=*last).contains(&major));
        let some = some.flat_map(|(.., names)| names.iter());
        EVERY.iter().chain(AWS).chain(some).copied()
    }
}

/// Settings that a cluster of Aurora has as a whole, so that no group of its instances takes them.
///
/// Source: "Amazon Aurora PostgreSQL parameters", Amazon Aurora User Guide.
#[rustfmt::skip]
pub(crate) const OF_CLUSTERS: &[&str] = &[
    "apg_ccm_enabled", "max_replication_slots", "max_wal_senders",
    "rds.accepted_password_auth_method", "rds.adaptive_autovacuum", "rds.babelfish_status",
    "rds.enable_plan_management", "rds.force_ssl", "rds.global_db_rpo", "rds.logical_replication",
    "rds.restrict_password_commands", "ssl_ciphers", "ssl_max_protocol_version",
    "ssl_min_protocol_version", "synchronous_commit", "timezone", "track_commit_timestamp",
];

/// What RDS decides on, and what stands for it.
///
/// Source: "Working with parameters on your RDS for PostgreSQL DB instance", Amazon RDS User Guide.
const FIXED: &[(&str, &str)] = &[
    ("archive_command", "RDS archives the log by itself"),
    ("archive_timeout", "RDS archives the log by itself, every five minutes"),
    ("config_file", "RDS decides where files are"),
    ("data_directory", "RDS decides where files are"),
    ("fsync", "RDS writes what is committed to the disk, always"),
    ("full_page_writes", "RDS decides what the log holds"),
    ("hba_file", "RDS decides where files are"),
    ("ident_file", "RDS decides where files are"),
    ("listen_addresses", "a security group decides who may connect"),
    ("log_directory", "logs are exported to CloudWatch"),
    ("logging_collector", "logs are exported to CloudWatch"),
    ("port", "say it of the database: `.port(..)`"),
    ("ssl_ca_file", "say who signs it of the database: `.certificate(..)`"),
    ("ssl_cert_file", "say who signs it of the database: `.certificate(..)`"),
    ("ssl_key_file", "say who signs it of the database: `.certificate(..)`"),
    ("unix_socket_directories", "nothing but RDS is on the database's host"),
    ("unix_socket_group", "nothing but RDS is on the database's host"),
    ("unix_socket_permissions", "nothing but RDS is on the database's host"),
    ("wal_level", "`rds.logical_replication` = 1 makes it `logical`"),
];

/// What AWS added, with what it calls its own and each library that it loads.
///
/// Sources: "Amazon Aurora PostgreSQL parameters", Amazon Aurora User Guide; "Working with parameters on your
/// RDS for PostgreSQL DB instance", Amazon RDS User Guide.
#[rustfmt::skip]
const AWS: &[&str] = &[
    "ansi_constraint_trigger_ordering", "ansi_force_foreign_key_checks",
    "ansi_qualified_update_set_target", "apg_ccm_enabled",
    "apg_enable_batch_mode_function_execution", "apg_enable_correlated_any_transform",
    "apg_enable_function_migration", "apg_enable_not_in_transform",
    "apg_enable_remove_redundant_inner_joins", "apg_enable_semijoin_push_down",
    "apg_plan_mgmt.capture_plan_baselines", "apg_plan_mgmt.max_databases",
    "apg_plan_mgmt.max_plans", "apg_plan_mgmt.plan_retention_period",
    "apg_plan_mgmt.unapproved_plan_execution_threshold", "apg_plan_mgmt.use_plan_baselines",
    "auto_explain.log_analyze", "auto_explain.log_buffers", "auto_explain.log_format",
    "auto_explain.log_min_duration", "auto_explain.log_nested_statements",
    "auto_explain.log_timing", "auto_explain.log_triggers", "auto_explain.log_verbose",
    "auto_explain.sample_rate", "cron.database_name", "cron.log_run", "cron.log_statement",
    "cron.max_running_jobs", "cron.use_background_workers", "pg_hint_plan.debug_print",
    "pg_hint_plan.enable_hint", "pg_hint_plan.enable_hint_table", "pg_hint_plan.message_level",
    "pg_hint_plan.parse_messages", "pg_prewarm.autoprewarm", "pg_prewarm.autoprewarm_interval",
    "pg_stat_statements.max", "pg_stat_statements.save", "pg_stat_statements.track",
    "pg_stat_statements.track_planning", "pg_stat_statements.track_utility", "pgaudit.log",
    "pgaudit.log_catalog", "pgaudit.log_level", "pgaudit.log_parameter", "pgaudit.log_relation",
    "pgaudit.log_statement_once", "pgaudit.role", "rds.accepted_password_auth_method",
    "rds.adaptive_autovacuum", "rds.allowed_extensions", "rds.babelfish_status",
    "rds.enable_plan_management", "rds.extensions", "rds.force_admin_logging_level",
    "rds.force_autovacuum_logging_level", "rds.force_ssl", "rds.global_db_rpo",
    "rds.log_retention_period", "rds.logical_replication", "rds.pg_stat_ramdisk_size",
    "rds.rds_reserved_connections", "rds.rds_superuser_reserved_connections",
    "rds.restrict_password_commands", "rds.superuser_variables",
];

/// What some major versions have: from the first to the last.
///
/// Source: the release notes of PostgreSQL 15, 16, 17 and 18.
#[rustfmt::skip]
const SOME: &[(u8, u8, &[&str])] = &[
    (14, 14, &[
        "stats_temp_directory",
    ]),
    (14, 15, &[
        "force_parallel_mode", "promote_trigger_file", "vacuum_defer_cleanup_age",
    ]),
    (14, 16, &[
        "db_user_namespace", "old_snapshot_threshold", "trace_recovery_messages",
    ]),
    (15, LAST, &[
        "allow_in_place_tablespaces", "archive_library", "log_startup_progress_interval",
        "recovery_prefetch", "recursive_worktable_factor", "stats_fetch_consistency",
        "wal_decode_buffer_size",
    ]),
    (16, LAST, &[
        "createrole_self_grant", "debug_io_direct", "debug_logical_replication_streaming",
        "debug_parallel_query", "enable_presorted_aggregate", "gss_accept_delegation",
        "icu_validation_level", "max_parallel_apply_workers_per_subscription",
        "reserved_connections", "scram_iterations", "send_abort_for_crash", "send_abort_for_kill",
        "vacuum_buffer_usage_limit",
    ]),
    (17, LAST, &[
        "allow_alter_system", "commit_timestamp_buffers", "enable_group_by_reordering",
        "event_triggers", "io_combine_limit", "max_notify_queue_pages", "multixact_member_buffers",
        "multixact_offset_buffers", "notify_buffers", "serializable_buffers",
        "subtransaction_buffers", "summarize_wal", "sync_replication_slots",
        "synchronized_standby_slots", "trace_connection_negotiation", "transaction_buffers",
        "transaction_timeout", "wal_summary_keep_time",
    ]),
    (18, LAST, &[
        "autovacuum_vacuum_max_threshold", "autovacuum_worker_slots", "enable_distinct_reordering",
        "enable_self_join_elimination", "extension_control_path", "file_copy_method",
        "idle_replication_slot_timeout", "io_max_combine_limit", "io_max_concurrency", "io_method",
        "io_workers", "log_lock_failures", "max_active_replication_origins",
        "md5_password_warnings", "oauth_validator_libraries", "ssl_groups", "ssl_tls13_ciphers",
        "track_cost_delay_timing", "vacuum_max_eager_freeze_failure_rate", "vacuum_truncate",
    ]),
];

/// What each major version has that is known here.
///
/// Source: "Server Configuration", PostgreSQL's documentation.
#[rustfmt::skip]
const EVERY: &[&str] = &[
    "allow_system_table_mods", "application_name", "archive_cleanup_command", "archive_command",
    "archive_mode", "archive_timeout", "array_nulls", "authentication_timeout", "autovacuum",
    "autovacuum_analyze_scale_factor", "autovacuum_analyze_threshold", "autovacuum_freeze_max_age",
    "autovacuum_max_workers", "autovacuum_multixact_freeze_max_age", "autovacuum_naptime",
    "autovacuum_vacuum_cost_delay", "autovacuum_vacuum_cost_limit",
    "autovacuum_vacuum_insert_scale_factor", "autovacuum_vacuum_insert_threshold",
    "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_threshold", "autovacuum_work_mem",
    "backend_flush_after", "backslash_quote", "backtrace_functions", "bgwriter_delay",
    "bgwriter_flush_after", "bgwriter_lru_maxpages", "bgwriter_lru_multiplier", "bonjour",
    "bonjour_name", "bytea_output", "check_function_bodies", "checkpoint_completion_target",
    "checkpoint_flush_after", "checkpoint_timeout", "checkpoint_warning",
    "client_connection_check_interval", "client_encoding", "client_min_messages", "cluster_name",
    "commit_delay", "commit_siblings", "compute_query_id", "config_file", "constraint_exclusion",
    "cpu_index_tuple_cost", "cpu_operator_cost", "cpu_tuple_cost", "cursor_tuple_fraction",
    "data_directory", "data_sync_retry", "datestyle", "deadlock_timeout", "debug_discard_caches",
    "debug_pretty_print", "debug_print_parse", "debug_print_plan", "debug_print_rewritten",
    "default_statistics_target", "default_table_access_method", "default_tablespace",
    "default_text_search_config", "default_toast_compression", "default_transaction_deferrable",
    "default_transaction_isolation", "default_transaction_read_only", "dynamic_library_path",
    "dynamic_shared_memory_type", "effective_cache_size", "effective_io_concurrency",
    "enable_async_append", "enable_bitmapscan", "enable_gathermerge", "enable_hashagg",
    "enable_hashjoin", "enable_incremental_sort", "enable_indexonlyscan", "enable_indexscan",
    "enable_material", "enable_memoize", "enable_mergejoin", "enable_nestloop",
    "enable_parallel_append", "enable_parallel_hash", "enable_partition_pruning",
    "enable_partitionwise_aggregate", "enable_partitionwise_join", "enable_seqscan", "enable_sort",
    "enable_tidscan", "escape_string_warning", "event_source", "exit_on_error", "external_pid_file",
    "extra_float_digits", "file_extend_method", "from_collapse_limit", "fsync", "full_page_writes",
    "geqo", "geqo_effort", "geqo_generations", "geqo_pool_size", "geqo_seed", "geqo_selection_bias",
    "geqo_threshold", "gin_fuzzy_search_limit", "gin_pending_list_limit", "hash_mem_multiplier",
    "hba_file", "hot_standby", "hot_standby_feedback", "huge_page_size", "huge_pages", "ident_file",
    "idle_in_transaction_session_timeout", "idle_session_timeout", "ignore_checksum_failure",
    "ignore_invalid_pages", "ignore_system_indexes", "intervalstyle", "jit", "jit_above_cost",
    "jit_debugging_support", "jit_dump_bitcode", "jit_expressions", "jit_inline_above_cost",
    "jit_optimize_above_cost", "jit_profiling_support", "jit_provider", "jit_tuple_deforming",
    "join_collapse_limit", "krb_caseins_users", "krb_server_keyfile", "lc_messages", "lc_monetary",
    "lc_numeric", "lc_time", "listen_addresses", "lo_compat_privileges", "local_preload_libraries",
    "lock_timeout", "log_autovacuum_min_duration", "log_checkpoints", "log_connections",
    "log_destination", "log_directory", "log_disconnections", "log_duration", "log_error_verbosity",
    "log_executor_stats", "log_file_mode", "log_filename", "log_hostname", "log_line_prefix",
    "log_lock_waits", "log_min_duration_sample", "log_min_duration_statement",
    "log_min_error_statement", "log_min_messages", "log_parameter_max_length",
    "log_parameter_max_length_on_error", "log_parser_stats", "log_planner_stats",
    "log_recovery_conflict_waits", "log_replication_commands", "log_rotation_age",
    "log_rotation_size", "log_statement", "log_statement_sample_rate", "log_statement_stats",
    "log_temp_files", "log_timezone", "log_transaction_sample_rate", "log_truncate_on_rotation",
    "logging_collector", "logical_decoding_work_mem", "maintenance_io_concurrency",
    "maintenance_work_mem", "max_connections", "max_files_per_process", "max_locks_per_transaction",
    "max_logical_replication_workers", "max_parallel_maintenance_workers", "max_parallel_workers",
    "max_parallel_workers_per_gather", "max_pred_locks_per_page", "max_pred_locks_per_relation",
    "max_pred_locks_per_transaction", "max_prepared_transactions", "max_replication_slots",
    "max_slot_wal_keep_size", "max_stack_depth", "max_standby_archive_delay",
    "max_standby_streaming_delay", "max_sync_workers_per_subscription", "max_wal_senders",
    "max_wal_size", "max_worker_processes", "min_dynamic_shared_memory",
    "min_parallel_index_scan_size", "min_parallel_table_scan_size", "min_wal_size",
    "parallel_leader_participation", "parallel_setup_cost", "parallel_tuple_cost",
    "password_encryption", "plan_cache_mode", "port", "post_auth_delay", "pre_auth_delay",
    "primary_conninfo", "primary_slot_name", "quote_all_identifiers", "random_page_cost",
    "recovery_end_command", "recovery_init_sync_method", "recovery_min_apply_delay",
    "recovery_target", "recovery_target_action", "recovery_target_inclusive", "recovery_target_lsn",
    "recovery_target_name", "recovery_target_time", "recovery_target_timeline",
    "recovery_target_xid", "remove_temp_files_after_crash", "restart_after_crash",
    "restore_command", "restrict_nonsystem_relation_kind", "row_security", "search_path",
    "seq_page_cost", "session_preload_libraries", "session_replication_role", "shared_buffers",
    "shared_memory_type", "shared_preload_libraries", "ssl", "ssl_ca_file", "ssl_cert_file",
    "ssl_ciphers", "ssl_crl_dir", "ssl_crl_file", "ssl_dh_params_file", "ssl_ecdh_curve",
    "ssl_key_file", "ssl_max_protocol_version", "ssl_min_protocol_version",
    "ssl_passphrase_command", "ssl_passphrase_command_supports_reload", "ssl_prefer_server_ciphers",
    "standard_conforming_strings", "statement_timeout", "superuser_reserved_connections",
    "synchronize_seqscans", "synchronous_commit", "synchronous_standby_names", "syslog_facility",
    "syslog_ident", "syslog_sequence_numbers", "syslog_split_messages", "tcp_keepalives_count",
    "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_user_timeout", "temp_buffers",
    "temp_file_limit", "temp_tablespaces", "timezone", "timezone_abbreviations", "trace_notify",
    "trace_sort", "track_activities", "track_activity_query_size", "track_commit_timestamp",
    "track_counts", "track_functions", "track_io_timing", "track_wal_io_timing",
    "transform_null_equals", "unix_socket_directories", "unix_socket_group",
    "unix_socket_permissions", "update_process_title", "vacuum_cost_delay", "vacuum_cost_limit",
    "vacuum_cost_page_dirty", "vacuum_cost_page_hit", "vacuum_cost_page_miss",
    "vacuum_failsafe_age", "vacuum_freeze_min_age", "vacuum_freeze_table_age",
    "vacuum_multixact_failsafe_age", "vacuum_multixact_freeze_min_age",
    "vacuum_multixact_freeze_table_age", "wal_buffers", "wal_compression",
    "wal_consistency_checking", "wal_init_zero", "wal_keep_size", "wal_level", "wal_log_hints",
    "wal_receiver_create_temp_slot", "wal_receiver_status_interval", "wal_receiver_timeout",
    "wal_recycle", "wal_retrieve_retry_interval", "wal_sender_timeout", "wal_skip_threshold",
    "wal_sync_method", "wal_writer_delay", "wal_writer_flush_after", "work_mem", "xmlbinary",
    "xmloption", "zero_damaged_pages",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_in_two_lists() {
        let all: Vec<&str> = SOME.iter().flat_map(|(.., names)| names.iter().copied()).collect();
        assert!(EVERY.is_sorted() && AWS.is_sorted() && EVERY.len() > 300);
        assert!(all.iter().all(|name| !EVERY.contains(name) && !AWS.contains(name)));
        assert!(OF_CLUSTERS.iter().all(|name| EVERY.contains(name) || AWS.contains(name)));
    }

    #[test]
    fn names_come_and_go_with_versions() {
        for (name, major, expected) in [
            ("work_mem", 14, Name::Known),
            ("TimeZone", 18, Name::Known),
            ("rds.force_ssl", 17, Name::Known),
            ("transaction_timeout", 17, Name::Known),
            ("transaction_timeout", 16, Name::Elsewhere(17, LAST)),
            ("db_user_namespace", 17, Name::Elsewhere(14, 16)),
            ("wrok_mem", 17, Name::Unknown),
            ("port", 17, Name::Fixed("say it of the database: `.port(..)`")),
        ] {
            assert_eq!(Name::of(name, major), expected, "{name} in {major}");
        }
        assert!(Name::all(18).any(|name| name == "io_method"));
        assert!(Name::all(17).all(|name| name != "io_method"));
    }
}
