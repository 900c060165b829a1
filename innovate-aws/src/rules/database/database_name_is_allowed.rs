//! DB-10: names and numbers that RDS takes.

use innovate_core::{Rule, check::Check};

/// Users and databases have names that PostgreSQL takes, and a database up to 15 readers.
pub static DATABASE_NAME_IS_ALLOWED: Rule = Rule {
    code: "DB-10",
    title: "users and databases have names that PostgreSQL takes, and a database up to 15 readers",
    explanation: "\
RDS takes names of 1 to 63 letters, digits and underscores that begin with a letter, and none that \
PostgreSQL reserves, such as `admin`, `user` or any that begins with `pg_`, and ports from 1150 on. A cluster of Aurora has one writer and up to 15 readers, \
which scaling counts and never goes below; an instance of RDS has up to 15 replicas. \
CloudFormation passes other values on, and the deployment fails after minutes.

Source: `MasterUsername` and `DatabaseName`, \"CreateDBCluster\", Amazon RDS API Reference; \"Quotas and \
constraints for Amazon Aurora\", Amazon Aurora User Guide.",
    check: Check::Elsewhere,
};
