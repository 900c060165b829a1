//! What names an existing resource.

use std::collections::BTreeMap;

use innovate_cfn::schema::resource_type;
use serde_json::Value;

/// What identifies a resource of the type, as CloudFormation asks for it: the value of each part of the
/// type's primary identifier.
///
/// # Errors
///
/// If the type can't be imported, or if what was given isn't what identifies it.
pub(super) fn identifier(
    type_name: &str,
    resource: &Value,
    given: &str,
) -> Result<BTreeMap<String, String>, String> {
    let facts = resource_type(type_name).filter(|facts| facts.has_handlers());
    // CloudFormation imports what it can read by itself, which the registry says of types with handlers.
    let Some(facts) = facts else {
        return Err(format!("CloudFormation can't import resources of the type {type_name}"));
    };
    let keys: Vec<&str> = facts.primary_identifier().collect();
    let form = || keys.iter().map(|key| format!("{key}=..")).collect::<Vec<_>>().join(",");
    let values = match keys.as_slice() {
        [] => return Err(format!("nothing identifies resources of the type {type_name}")),
        [key] => {
            let value = given.strip_prefix(*key).and_then(|rest| rest.strip_prefix('='));
            BTreeMap::from([((*key).to_owned(), value.unwrap_or(given).to_owned())])
        }
        _ => parts(&keys, given)
            .ok_or_else(|| format!("`{given}` doesn't identify it: write {}", form()))?,
    };
    for (key, value) in &values {
        if value.is_empty() {
            return Err(format!("the value of {key} is missing: it identifies the resource"));
        }
        let path = key.replace('/', ".");
        let declared = resource.pointer(&format!("/Properties/{key}")).and_then(Value::as_str);
        if declared.is_some_and(|declared| declared != value) {
            let declared = declared.unwrap_or_default();
            return Err(format!(
                "the program gives {path} the value `{declared}`, and `{value}` is another resource"
            ));
        }
    }
    Ok(values)
}

/// The values of all keys in `Key=Value,Key=Value`, in any order; a value may hold commas.
fn parts(keys: &[&str], given: &str) -> Option<BTreeMap<String, String>> {
    let mut begins: Vec<(usize, usize, &str)> = Vec::new();
    for key in keys {
        let pattern = format!("{key}=");
        let found = given.match_indices(&pattern).map(|(at, _)| at);
        let at = found
            .into_iter()
            .find(|at| *at == 0 || given.get(..*at).is_some_and(|before| before.ends_with(',')))?;
        begins.push((at, at + pattern.len(), key));
    }
    begins.sort_unstable();
    // Nothing stands before the first one.
    begins.first().filter(|(at, ..)| *at == 0)?;
    let ends = begins.iter().skip(1).map(|(at, ..)| at.saturating_sub(1));
    let ends: Vec<usize> = ends.chain([given.len()]).collect();
    let part = |((_, from, key), to): (&(usize, usize, &str), &usize)| {
        Some(((*key).to_owned(), given.get(*from..*to)?.to_owned()))
    };
    begins.iter().zip(&ends).map(part).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(type_name: &str, given: &str) -> Result<Vec<(String, String)>, String> {
        identifier(type_name, &json!({}), given).map(|found| found.into_iter().collect())
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn one_part_needs_no_name() {
        let bucket = vec![pair("BucketName", "my-bucket")];
        assert_eq!(read("AWS::S3::Bucket", "my-bucket"), Ok(bucket.clone()));
        assert_eq!(read("AWS::S3::Bucket", "BucketName=my-bucket"), Ok(bucket));
        let url = "https://sqs.eu-west-1.amazonaws.com/1/q?a=b";
        assert_eq!(read("AWS::SQS::Queue", url), Ok(vec![pair("QueueUrl", url)]));
    }

    #[test]
    fn several_parts_are_named_in_any_order() {
        let addon = vec![pair("AddonName", "vpc-cni"), pair("ClusterName", "a,b")];
        assert_eq!(read("AWS::EKS::Addon", "ClusterName=a,b,AddonName=vpc-cni"), Ok(addon));
        for wrong in ["prod|vpc-cni", "ClusterName=prod", "x,ClusterName=a,AddonName=b", ""] {
            let reason = read("AWS::EKS::Addon", wrong).unwrap_err();
            assert!(reason.ends_with("write ClusterName=..,AddonName=.."), "{reason}");
        }
    }

    #[test]
    fn what_is_no_identifier_of_the_resource_is_refused() {
        assert!(read("AWS::S3::Bucket", "").unwrap_err().contains("BucketName is missing"));
        assert!(read("Custom::Thing", "x").unwrap_err().contains("can't import"));
        let named = json!({ "Properties": { "BucketName": "mine" } });
        let reason = identifier("AWS::S3::Bucket", &named, "yours").unwrap_err();
        assert!(reason.contains("`mine`") && reason.contains("`yours`"), "{reason}");
    }
}
