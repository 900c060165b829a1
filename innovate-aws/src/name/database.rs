//! Names of what is in a database.

use super::define::{Shape, begins_with, same};

/// A user of a PostgreSQL database, other than its administrator.
///
/// Lower case alone: PostgreSQL takes `App` for `app` unless it is quoted, and IAM doesn't.
///
/// Source: "SQL Syntax: Identifiers and Key Words" and "CREATE ROLE", PostgreSQL Documentation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatabaseUser(innovate_core::value::Str);

impl DatabaseUser {
    const fn fits(text: &str) -> bool {
        const SHAPE: Shape =
            Shape { fewest: 1, most: 63, first: "a-z", each: "a-z0-9_", last: "a-z0-9_" };
        let bytes = text.as_bytes();
        SHAPE.fits(text)
            && !begins_with(bytes, b"pg_")
            && !begins_with(bytes, b"rds")
            && !same(bytes, b"public")
            && !same(bytes, b"user")
    }
}

name_methods! {
    DatabaseUser "database user"
    "1 to 63 lower-case letters, digits and underscores, beginning with a letter, and neither `public` nor `user` nor anything that begins with `pg_` or `rds`, which PostgreSQL and RDS keep for themselves"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_names_that_need_no_quotes_and_that_nobody_reserves() {
        for good in ["app", "app_2", "a", "reporting"] {
            assert!(DatabaseUser::new(good).is_ok(), "{good}");
        }
        for wrong in
            ["", "App", "2nd", "_app", "with-hyphen", "*", "pg_app", "rds_iam", "rdsadmin", "user"]
        {
            assert!(DatabaseUser::new(wrong).is_err(), "{wrong}");
        }
        assert!(DatabaseUser::new("u".repeat(64)).is_err());
    }
}
