//! How many clients an instance takes.

use super::{AuroraInstanceClass, Capacity, Parameters, RdsInstanceClass};

/// The most that the default of `max_connections` gives, whatever the memory.
const MOST: u32 = 5_000;
/// The most of a cluster that goes down to half a unit or pauses.
const MOST_FROM_NEXT_TO_NOTHING: u32 = 2_000;

/// How many clients each instance of a serverless cluster takes, by its maximum capacity.
///
/// Source: "Performance and scaling for Aurora Serverless v2", Amazon Aurora User Guide.
pub(super) fn of_capacity<K>(capacity: Capacity<K>, parameters: &Parameters) -> u32 {
    let most = if capacity.min.halves() <= 1 { MOST_FROM_NEXT_TO_NOTHING } else { MOST };
    // A unit is 2 GiB.
    let default = by_memory(capacity.max.halves().into()).min(most);
    parameters.max_connections().unwrap_or(default)
}

/// How many clients an instance of a class takes; `None` if its memory isn't known.
pub(super) fn of_aurora(class: AuroraInstanceClass, parameters: &Parameters) -> Option<u32> {
    of_class(class.name(), parameters)
}

/// How many clients an instance of a class takes; `None` if its memory isn't known.
pub(super) fn of_rds(class: RdsInstanceClass, parameters: &Parameters) -> Option<u32> {
    of_class(class.name(), parameters)
}

fn of_class(class: &str, parameters: &Parameters) -> Option<u32> {
    parameters.max_connections().or_else(|| memory(class).map(by_memory))
}

/// What `LEAST({DBInstanceClassMemory/9531392},5000)` gives for so many GiB. Of the whole memory it
/// would be 112 a GiB, but some is the operating system's: what AWS lists for instances from 2 to 32
/// GiB is 105 a GiB, less 20.
///
/// Sources: "Maximum connections to an Aurora PostgreSQL DB instance" and "Maximum connections for
/// Aurora Serverless v2", Amazon Aurora User Guide.
const fn by_memory(gib: u32) -> u32 {
    let by_memory = 105 * gib - if gib == 0 { 0 } else { 20 };
    if by_memory < MOST { by_memory } else { MOST }
}

/// The memory of a class such as `db.r8g.2xlarge`, in GiB.
///
/// Source: "Hardware specifications for DB instance classes", Amazon RDS User Guide.
fn memory(class: &str) -> Option<u32> {
    let (family, size) = class.strip_prefix("db.")?.split_once('.')?;
    let large = match family.chars().next()? {
        'r' => 16,
        'm' | 't' => 8,
        _ => return None,
    };
    Some(match size {
        "micro" => 1,
        "small" => 2,
        "medium" => 4,
        "large" => large,
        "xlarge" => 2 * large,
        _ => size.strip_suffix("xlarge")?.parse::<u32>().ok()? * 2 * large,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_known_memory() {
        let aurora = AuroraInstanceClass::ALL.iter().map(|class| class.name());
        for class in aurora.chain(RdsInstanceClass::ALL.iter().map(|class| class.name())) {
            assert!(memory(class).is_some(), "{class}");
        }
        for (class, gib) in [
            ("db.t4g.micro", 1),
            ("db.t3.medium", 4),
            ("db.t4g.large", 8),
            ("db.t3.2xlarge", 32),
            ("db.m8g.large", 8),
            ("db.m7i.48xlarge", 768),
            ("db.r8g.xlarge", 32),
            ("db.r6gd.16xlarge", 512),
        ] {
            assert_eq!(memory(class), Some(gib), "{class}");
        }
        assert_eq!(memory("db.serverless"), None);
    }

    #[test]
    fn what_is_reckoned_is_near_what_aws_lists() {
        for (gib, listed) in [
            (2, 189),
            (4, 405),
            (8, 823),
            (8, 844),
            (16, 1_669),
            (16, 1_722),
            (32, 3_360),
            (64, 5_000),
        ] {
            let reckoned = f64::from(by_memory(gib));
            let off = (reckoned - f64::from(listed)).abs() / f64::from(listed);
            assert!(off < 0.05, "{gib} GiB: {reckoned} instead of {listed}");
        }
    }

    #[test]
    fn what_the_program_sets_wins() {
        let parameters = Parameters::new().set("max_connections", "300");
        assert_eq!(of_rds(RdsInstanceClass::M8gLarge, &parameters), Some(300));
        let formula =
            Parameters::new().set("max_connections", "LEAST({DBInstanceClassMemory/1},9)");
        assert_eq!(of_rds(RdsInstanceClass::M8gLarge, &formula), Some(820));
    }
}
