//! What no schema can say of two types: the properties of a custom resource, which its own code
//! defines, and the outputs of a nested stack.

use innovate_core::{
    ResourceType, Str, Value,
    value::{IntoJson, Kind},
};

use crate::cloudformation::{CustomResource, StackRef};

impl CustomResource {
    /// Sets a property that the resource's own code reads.
    pub fn with(mut self, name: impl Into<Str>, value: impl IntoJson) -> Self {
        self.draft().properties.set_node(name.into(), value.into_json());
        self
    }
}

impl StackRef {
    /// The output `name` of the nested stack.
    pub fn output<T: Kind>(&self, name: &str) -> Value<T> {
        self.attribute(format!("Outputs.{name}"))
    }
}
