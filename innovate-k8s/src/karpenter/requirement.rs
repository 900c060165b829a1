//! What Karpenter asks of a node.

use serde::Serialize;

/// One requirement: a label of the node and the values that it may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Requirement {
    key: &'static str,
    operator: &'static str,
    values: Option<Vec<String>>,
    min_values: Option<u8>,
}

impl Requirement {
    pub(super) fn any_of<V: Into<String>>(
        key: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self { key, operator: "In", values: Some(values), min_values: None }
    }

    pub(super) fn at_least(key: &'static str, number: u16) -> Self {
        Self { key, operator: "Gte", values: Some(vec![number.to_string()]), min_values: None }
    }

    /// Any value, where each node is chosen from at least so many.
    pub(super) const fn choice(key: &'static str, values: u8) -> Self {
        Self { key, operator: "Exists", values: None, min_values: Some(values) }
    }
}
