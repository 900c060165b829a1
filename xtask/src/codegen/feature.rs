//! Services as modules and Cargo features.
//!
//! The crate registry takes 300 features a crate, and there are more services. A service whose name
//! begins with the whole name of another's shares that one's feature: `connectcampaignsv2` is in
//! `connectcampaigns`, `iotwireless` in `iot`. What the constructs use has a feature of its own.

use std::{collections::BTreeMap, fmt::Write as _};

use super::service::module;
use crate::Result;

/// The services that the constructs use, on by default.
const DEFAULT: &[&str] = &[
    "applicationautoscaling",
    "applicationsignals",
    "aps",
    "autoscaling",
    "backup",
    "certificatemanager",
    "cloudformation",
    "cloudfront",
    "cloudwatch",
    "ec2",
    "ecr",
    "eks",
    "elasticloadbalancingv2",
    "events",
    "grafana",
    "iam",
    "kms",
    "logs",
    "rds",
    "route53",
    "s3",
    "scheduler",
    "secretsmanager",
    "signer",
    "sns",
    "sqs",
    "ssm",
    "wafv2",
    "xray",
];
/// What the crate registry takes.
const LIMIT: usize = 300;

/// The feature of each module.
pub(crate) fn features(namespaces: &[&str]) -> BTreeMap<String, String> {
    let own = |namespace: &str| namespace.trim_start_matches("AWS::").to_owned();
    let mut features = BTreeMap::new();
    for namespace in namespaces {
        let name = own(namespace);
        let family = namespaces
            .iter()
            .map(|other| own(other))
            .filter(|other| {
                !DEFAULT.contains(&module(other).as_str())
                    && name.strip_prefix(other.as_str()).is_some_and(|rest| {
                        rest.starts_with(|next: char| next.is_ascii_uppercase())
                    })
            })
            .min_by_key(String::len);
        let module_name = module(namespace);
        let feature = match family {
            Some(family) if !DEFAULT.contains(&module_name.as_str()) => module(&family),
            _ => module_name.clone(),
        };
        features.insert(module_name, feature);
    }
    features
}

/// The lines of `Cargo.toml`.
pub(crate) fn manifest(features: &BTreeMap<String, String>) -> Result<String> {
    let mut names: Vec<&str> = features.values().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() + 2 > LIMIT {
        return Err(format!("{} features, and a crate may have {LIMIT}", names.len() + 2).into());
    }
    for name in DEFAULT {
        if !names.contains(name) {
            return Err(format!("the default service `{name}` does not exist").into());
        }
    }
    let mut text = String::new();
    list(&mut text, "default", DEFAULT);
    list(&mut text, "all", &names);
    for name in names {
        let _ = writeln!(text, "{name} = []");
    }
    Ok(text)
}

fn list(text: &mut String, name: &str, items: &[&str]) {
    let _ = writeln!(text, "{name} = [");
    for item in items {
        let _ = writeln!(text, "    \"{item}\",");
    }
    text.push_str("]\n");
}

/// The lines of `lib.rs`.
pub(crate) fn modules(features: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for (module, feature) in features {
        let _ = writeln!(text, "#[cfg(feature = \"{feature}\")]\npub mod {module};");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_of_a_family_shares_its_feature() {
        let namespaces = [
            "AWS::Connect",
            "AWS::ConnectCampaigns",
            "AWS::ConnectCampaignsV2",
            "AWS::EC2",
            "AWS::IoT",
            "AWS::IoTWireless",
            "AWS::PI",
            "AWS::Pipes",
            "AWS::S3",
            "AWS::S3Express",
            "Alexa::ASK",
        ];
        let features = features(&namespaces);
        let of = |module: &str| features.get(module).map(String::as_str);
        assert_eq!(of("connectcampaigns"), Some("connect"));
        assert_eq!(of("connectcampaignsv2"), Some("connect"));
        assert_eq!(of("iotwireless"), Some("iot"));
        assert_eq!(of("pipes"), Some("pipes"));
        // What is on by default stays as small as it is.
        assert_eq!(of("s3express"), Some("s3express"));
        assert_eq!(of("alexa_ask"), Some("alexa_ask"));
        assert_eq!(features.len(), namespaces.len());
    }

    #[test]
    fn more_features_than_the_registry_takes_are_refused() {
        let features = |count: usize| {
            let services = (0..count).map(|number| format!("service{number}"));
            let all = services.chain(DEFAULT.iter().map(|name| (*name).to_owned()));
            all.map(|name| (name.clone(), name)).collect::<BTreeMap<_, _>>()
        };
        let room = LIMIT - 2 - DEFAULT.len();
        assert!(manifest(&features(room)).is_ok());
        assert!(manifest(&features(room + 1)).is_err());
    }
}
