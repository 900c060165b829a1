//! The values that a label of a node may have.
//!
//! Source: "Scheduling" and "NodePools", Karpenter documentation.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

/// A set of values: those listed, or all but those listed, within bounds if they are numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Values {
    all_but: bool,
    listed: BTreeSet<String>,
    above: Option<i64>,
    below: Option<i64>,
}

impl Values {
    pub(crate) const fn any() -> Self {
        Self { all_but: true, listed: BTreeSet::new(), above: None, below: None }
    }

    /// No value: the label isn't there.
    pub(crate) const fn none() -> Self {
        Self { all_but: false, listed: BTreeSet::new(), above: None, below: None }
    }

    pub(crate) fn one(value: &str) -> Self {
        Self { listed: BTreeSet::from([value.to_owned()]), ..Self::none() }
    }

    /// What an operator with its values allows.
    pub(crate) fn of(operator: &str, values: Option<&Value>) -> Self {
        let texts = || values.and_then(Value::as_array).into_iter().flatten();
        let listed: BTreeSet<String> =
            texts().filter_map(Value::as_str).map(str::to_owned).collect();
        let number = || texts().next()?.as_str()?.parse::<i64>().ok();
        match operator {
            "In" => Self { listed, ..Self::none() },
            "NotIn" => Self { listed, ..Self::any() },
            "DoesNotExist" => Self::none(),
            "Gt" => Self { above: number(), ..Self::any() },
            "Gte" => Self { above: number().and_then(|least| least.checked_sub(1)), ..Self::any() },
            "Lt" => Self { below: number(), ..Self::any() },
            "Lte" => Self { below: number().and_then(|most| most.checked_add(1)), ..Self::any() },
            _ => Self::any(),
        }
    }

    pub(crate) fn listed(&self) -> impl Iterator<Item = &str> {
        self.listed.iter().map(String::as_str)
    }

    /// Whether only the listed values are in it.
    pub(crate) const fn is_list(&self) -> bool {
        !self.all_but
    }

    /// Whether a node without the label will do.
    pub(crate) fn allows_absence(&self) -> bool {
        (self.all_but && !self.listed.is_empty()) || (!self.all_but && self.listed.is_empty())
    }

    fn has(&self, value: &str) -> bool {
        let within = match value.parse::<i64>() {
            Ok(number) => {
                self.above.is_none_or(|above| number > above)
                    && self.below.is_none_or(|below| number < below)
            }
            Err(_) => self.above.is_none() && self.below.is_none(),
        };
        within && self.listed.contains(value) != self.all_but
    }

    /// What is in both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let above = self.above.max(other.above);
        let below = match (self.below, other.below) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        match (self.all_but, other.all_but) {
            (true, true) => {
                let listed = self.listed.union(&other.listed).cloned().collect();
                Self { all_but: true, listed, above, below }
            }
            (false, _) => {
                let listed = self.listed.iter().filter(|value| other.has(value)).cloned();
                Self { listed: listed.collect(), ..Self::none() }
            }
            (true, false) => other.and(self),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match (self.all_but, self.above, self.below) {
            (false, ..) => self.listed.is_empty(),
            (true, Some(above), Some(below)) => below.saturating_sub(above) < 2,
            (true, ..) => false,
        }
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed: Vec<&str> = self.listed().collect();
        match (self.all_but, listed.as_slice()) {
            (false, []) => f.write_str("absent"),
            (false, listed) => f.write_str(&listed.join(" or ")),
            (true, []) => f.write_str("anything"),
            (true, listed) => write!(f, "anything but {}", listed.join(" and ")),
        }?;
        if let Some(above) = self.above {
            write!(f, " above {above}")?;
        }
        if let Some(below) = self.below {
            write!(f, " below {below}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(operator: &str, values: &Value) -> Values {
        Values::of(operator, Some(values))
    }

    #[test]
    fn what_two_sets_share_is_what_both_have() {
        let (arm, both) = (of("In", &json!(["arm64"])), of("In", &json!(["arm64", "amd64"])));
        assert_eq!(arm.and(&both), arm);
        assert!(of("In", &json!(["amd64"])).and(&arm).is_empty());
        assert!(of("NotIn", &json!(["arm64"])).and(&arm).is_empty());
        assert!(!of("NotIn", &json!(["arm64"])).and(&both).is_empty());
        assert!(of("Gt", &json!(["5"])).and(&of("In", &json!(["5"]))).is_empty());
        assert!(!of("Gte", &json!(["5"])).and(&of("In", &json!(["5"]))).is_empty());
        assert!(of("Gte", &json!(["6"])).and(&of("Lte", &json!(["5"]))).is_empty());
        assert!(!of("Gte", &json!(["6"])).and(&of("Lte", &json!(["6"]))).is_empty());
        assert!(!Values::any().and(&Values::any()).is_empty());
        assert!(Values::none().and(&Values::any()).is_empty());
    }

    #[test]
    fn the_largest_numbers_are_numbers() {
        let (least, most) = (json!([i64::MIN.to_string()]), json!([i64::MAX.to_string()]));
        for (low, high) in [("Gte", "Lte"), ("Gt", "Lt")] {
            assert!(!of(low, &least).and(&of(high, &most)).is_empty());
        }
        assert!(of("Gt", &most).and(&of("Lt", &least)).is_empty());
        assert!(!of("Gte", &least).and(&of("In", &least)).is_empty());
        assert!(!of("Lte", &most).and(&of("In", &most)).is_empty());
    }

    #[test]
    fn only_a_set_that_excludes_allows_a_node_without_the_label() {
        assert!(of("NotIn", &json!(["batch"])).allows_absence());
        assert!(Values::none().allows_absence());
        assert!(!Values::any().allows_absence());
        assert!(!of("In", &json!(["batch"])).allows_absence());
    }
}
