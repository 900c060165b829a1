//! How nodes are taken away.

use innovate_core::Str;
use serde::Serialize;

/// Why Karpenter takes a node away of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum DisruptionReason {
    /// Its pods fit on fewer or cheaper nodes.
    Underutilized,
    /// No pod runs on it.
    Empty,
    /// It isn't what its pool or class would make now.
    Drifted,
}

/// How many nodes of a pool may be taken away at once. Where several apply, the strictest does.
/// Expired nodes don't count.
///
/// Source: "NodePool disruption budgets", Karpenter documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Budget {
    nodes: String,
    schedule: Option<Str>,
    duration: Option<String>,
    reasons: Option<Vec<DisruptionReason>>,
}

impl Budget {
    /// A share of the nodes, in percent.
    pub fn percent(percent: u8) -> Self {
        Self::of(format!("{percent}%"))
    }

    /// A number of nodes.
    pub fn nodes(nodes: u16) -> Self {
        Self::of(nodes.to_string())
    }

    /// No node.
    pub fn none() -> Self {
        Self::nodes(0)
    }

    fn of(nodes: String) -> Self {
        Self { nodes, schedule: None, duration: None, reasons: None }
    }

    /// Holds for some hours, from each time that a cron schedule in UTC names:
    /// `.during("0 8 * * mon-fri", 10)`.
    #[must_use]
    pub fn during(mut self, schedule: impl Into<Str>, hours: u16) -> Self {
        self.schedule = Some(schedule.into());
        self.duration = Some(format!("{hours}h"));
        self
    }

    /// Holds for these reasons only.
    #[must_use]
    pub fn because(mut self, reasons: impl IntoIterator<Item = DisruptionReason>) -> Self {
        self.reasons = Some(reasons.into_iter().collect());
        self
    }
}

/// Which nodes Karpenter takes away to save money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Consolidation {
    /// Those that are empty, and those whose pods fit elsewhere for less.
    #[default]
    WhenEmptyOrUnderutilized,
    /// The same, weighing what is saved against the pods that must move.
    Balanced,
    /// Empty ones only, for pods that must not be moved.
    WhenEmpty,
}
