//! Metrics of CloudWatch.

use innovate_core::{Text, Value};

/// A metric that a service of AWS publishes, with the dimensions of the one resource it is about:
/// what an alarm watches and a dashboard shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    namespace: &'static str,
    name: &'static str,
    dimensions: Vec<(&'static str, Value<Text>)>,
}

impl Metric {
    pub(crate) fn new<const N: usize>(
        namespace: &'static str,
        name: &'static str,
        dimensions: [(&'static str, Value<Text>); N],
    ) -> Self {
        Self { namespace, name, dimensions: dimensions.into() }
    }

    /// The service's namespace, such as `AWS/RDS`.
    pub const fn namespace(&self) -> &'static str {
        self.namespace
    }

    /// The metric's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The dimensions, each a name and its value.
    pub fn dimensions(&self) -> &[(&'static str, Value<Text>)] {
        &self.dimensions
    }
}
