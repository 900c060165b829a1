//! Corrections of what contradicts the service's documentation: one named function each, which fails
//! when the schemas and lists no longer need it.

use serde_json::Value;

use super::model::Registry;
use crate::Result;

/// Corrects what is known to be wrong.
pub(crate) fn apply(registry: &mut Registry) -> Result {
    glue_catalog_default_permissions_can_be_set(registry)?;
    fraud_detector_models_can_be_set(registry)?;
    eks_clusters_hold_data(registry)
}

/// The schema lists every member of a catalog's default permissions as read-only, and not the lists
/// themselves. "AWS::Glue::Catalog" in the AWS CloudFormation Template Reference Guide lets a template
/// set them, as the API operation `CreateCatalog` does.
fn glue_catalog_default_permissions_can_be_set(registry: &mut Registry) -> Result {
    for list in ["CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions"] {
        can_be_set(registry, "AWS::Glue::Catalog", &format!("/properties/{list}/*/"))?;
    }
    Ok(())
}

/// The schema lists the only member of an associated model, its ARN, as read-only.
/// "AWS::FraudDetector::Detector Model" in the AWS CloudFormation Template Reference Guide has it as
/// what names the model.
fn fraud_detector_models_can_be_set(registry: &mut Registry) -> Result {
    can_be_set(registry, "AWS::FraudDetector::Detector", "/properties/AssociatedModels/*/")
}

/// cfn-lint's list of types that hold data lacks clusters. "Delete a cluster" in the Amazon EKS User
/// Guide: the control plane goes, and with it every object of Kubernetes, which no snapshot brings
/// back.
fn eks_clusters_hold_data(registry: &mut Registry) -> Result {
    const CLUSTER: &str = "AWS::EKS::Cluster";
    let found = registry.types.get_mut(CLUSTER).filter(|schema| !schema.stateful);
    let schema = found.ok_or_else(|| format!("the fixup of {CLUSTER} is no longer needed"))?;
    schema.stateful = true;
    Ok(())
}

/// Takes the pointers that begin with `prefix` out of a type's `readOnlyProperties`.
fn can_be_set(registry: &mut Registry, type_name: &str, prefix: &str) -> Result {
    let idle = || format!("the fixup of {type_name} at {prefix} is no longer needed");
    let listed = registry
        .types
        .get_mut(type_name)
        .and_then(|schema| schema.document.pointer_mut("/readOnlyProperties"))
        .and_then(Value::as_array_mut)
        .ok_or_else(idle)?;
    let before = listed.len();
    listed.retain(|pointer| !pointer.as_str().is_some_and(|text| text.starts_with(prefix)));
    if listed.len() == before {
        return Err(idle().into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::json;

    use super::*;
    use crate::codegen::model::Schema;

    #[test]
    fn a_fixup_that_nothing_needs_fails() {
        let schema = |read_only: Value| Schema {
            name: "AWS::A::B".to_owned(),
            document: json!({ "readOnlyProperties": read_only }),
            regions: BTreeSet::new(),
            stateful: false,
        };
        let registry = |read_only: Value| Registry {
            types: BTreeMap::from([("AWS::A::B".to_owned(), schema(read_only))]),
            regions: Vec::new(),
        };
        let mut needed = registry(json!(["/properties/C", "/properties/D/*/E"]));
        can_be_set(&mut needed, "AWS::A::B", "/properties/D/*/").unwrap();
        let left = needed.types.get("AWS::A::B").map(|schema| schema.texts("readOnlyProperties"));
        assert_eq!(left, Some(vec!["/properties/C"]));
        let mut idle = registry(json!(["/properties/C"]));
        let error = can_be_set(&mut idle, "AWS::A::B", "/properties/D/*/").unwrap_err();
        assert!(error.to_string().contains("no longer needed"), "{error}");
        assert!(can_be_set(&mut idle, "AWS::A::Gone", "/properties/D/*/").is_err());
        assert!(eks_clusters_hold_data(&mut idle).is_err());
    }
}
