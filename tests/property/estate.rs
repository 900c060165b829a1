//! What is around the cluster and the database: `S3-01` to `S3-09`, `S3-14`, `CF-01` to `CF-03`, `ALM-01`,
//! `ALM-02`, `BKP-01`, `DB-09` and the secrets of every environment.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::template::{Templates, items, text};

/// Every bucket is private, encrypted, versioned, tidied up, and answers by TLS alone.
pub(crate) fn buckets_are_closed(templates: &Templates) -> Result<(), TestCaseError> {
    let mut seen = 0;
    for (stack, id, bucket) in templates.of_type("AWS::S3::Bucket") {
        seen += 1;
        let bucket = &bucket["Properties"];
        for block in
            ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
        {
            let blocked = &bucket["PublicAccessBlockConfiguration"][block];
            prop_assert_eq!(blocked, &Value::Bool(true), "{}: {}", id, block);
        }
        let owner = &bucket["OwnershipControls"]["Rules"][0]["ObjectOwnership"];
        prop_assert_eq!(owner, "BucketOwnerEnforced", "{}", id);
        prop_assert_eq!(&bucket["VersioningConfiguration"]["Status"], "Enabled", "{}", id);
        prop_assert!(items(&bucket["LifecycleConfiguration"]["Rules"]).count() > 0, "{}", id);
        let by_default =
            "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault";
        let encryption = bucket.pointer(by_default).unwrap_or(&Value::Null);
        // Of those, the services that write logs of requests can use S3's own keys alone.
        if id.contains("Logs") {
            prop_assert_eq!(&encryption["SSEAlgorithm"], "AES256", "{}", id);
        } else {
            let key = templates.target(stack, &encryption["KMSMasterKeyID"]);
            let is_key = key.is_some_and(|(.., key)| key["Type"] == "AWS::KMS::Key");
            prop_assert!(is_key, "{} has no key", id);
        }
        let policies = || {
            let policies = templates.of_type("AWS::S3::BucketPolicy");
            policies.filter(|(of, _, policy)| {
                let target = templates.target(of, &policy["Properties"]["Bucket"]);
                target.is_some_and(|(of, target, _)| (of, target) == (stack, id))
            })
        };
        prop_assert_eq!(policies().count(), 1, "policies of {}", id);
        for (_, _, policy) in policies() {
            let statements = items(&policy["Properties"]["PolicyDocument"]["Statement"]);
            let mut tls = statements.filter(|statement| {
                statement["Effect"] == "Deny"
                    && statement["Principal"] == "*"
                    && statement["Condition"]["Bool"]["aws:SecureTransport"] == "false"
            });
            prop_assert!(tls.next().is_some(), "{} answers without TLS", id);
        }
    }
    prop_assert!(seen >= 5);
    Ok(())
}

/// CloudFront answers for its own hosts by modern TLS, through its web ACL, and asks origins by TLS.
pub(crate) fn the_distribution_is_encrypted(templates: &Templates) -> Result<(), TestCaseError> {
    let (stack, _, distribution) = templates.one("AWS::CloudFront::Distribution");
    let config = &distribution["Properties"]["DistributionConfig"];
    let versions = ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"];
    let version = text(&config["ViewerCertificate"]["MinimumProtocolVersion"]);
    prop_assert!(versions.contains(&version), "{}", version);
    let certificate = &config["ViewerCertificate"]["AcmCertificateArn"];
    let (of, _, certificate) = templates.target(stack, certificate).unwrap();
    prop_assert_eq!(of, stack, "the certificate is in another region");
    let names = &certificate["Properties"];
    let names: Vec<&str> = [&names["DomainName"]]
        .into_iter()
        .chain(items(&names["SubjectAlternativeNames"]))
        .map(text)
        .collect();
    let aliases: Vec<&str> = items(&config["Aliases"]).map(text).collect();
    prop_assert!(!aliases.is_empty());
    for alias in aliases {
        let parent = alias.split_once('.').map(|(_, parent)| format!("*.{parent}"));
        let covered = names.iter().any(|name| *name == alias || Some(*name) == parent.as_deref());
        prop_assert!(covered, "{} isn't covered by {:?}", alias, names);
    }
    let acl = templates.target(stack, &config["WebACLId"]).unwrap().2;
    prop_assert_eq!(&acl["Properties"]["Scope"], "CLOUDFRONT");
    let behaviors = items(&config["CacheBehaviors"]).chain([&config["DefaultCacheBehavior"]]);
    for behavior in behaviors {
        let policy = text(&behavior["ViewerProtocolPolicy"]);
        prop_assert!(["https-only", "redirect-to-https"].contains(&policy), "{}", policy);
    }
    for (_, id, origin) in templates.of_type("AWS::CloudFront::VpcOrigin") {
        let endpoint = &origin["Properties"]["VpcOriginEndpointConfig"];
        prop_assert_eq!(&endpoint["OriginProtocolPolicy"], "https-only", "{}", id);
        prop_assert_eq!(&endpoint["OriginSSLProtocols"][0], "TLSv1.2", "{}", id);
        let balancer = templates.target(stack, &endpoint["Arn"]).unwrap().2;
        prop_assert_eq!(&balancer["Properties"]["Scheme"], "internal");
    }
    Ok(())
}

/// The bucket of the site lets in the one distribution, and its key lets CloudFront decrypt.
pub(crate) fn the_site_is_read_by_cloudfront_alone(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    let (_, distribution_id, distribution) = templates.one("AWS::CloudFront::Distribution");
    let origins = items(&distribution["Properties"]["DistributionConfig"]["Origins"]);
    let buckets: Vec<&Value> =
        origins.filter(|origin| !origin["S3OriginConfig"].is_null()).collect();
    prop_assert_eq!(buckets.len(), 1);
    prop_assert!(!buckets[0]["OriginAccessControlId"].is_null());
    prop_assert!(!text(&buckets[0]["DomainName"]).contains("s3-website"));
    let readers: Vec<&Value> = templates
        .of_type("AWS::S3::BucketPolicy")
        .flat_map(|(_, _, policy)| items(&policy["Properties"]["PolicyDocument"]["Statement"]))
        .filter(|statement| statement["Principal"]["Service"] == "cloudfront.amazonaws.com")
        .collect();
    let actions: Vec<&Value> = readers.iter().map(|statement| &statement["Action"]).collect();
    prop_assert_eq!(actions, ["s3:GetObject", "s3:ListBucket"]);
    let of = format!("distribution/${{{distribution_id}}}");
    for reader in readers {
        let source = &reader["Condition"]["StringEquals"]["aws:SourceArn"];
        prop_assert!(text(&source["Fn::Sub"]).ends_with(&of), "{}", source);
    }
    let decrypts = templates.of_type("AWS::KMS::Key").any(|(_, _, key)| {
        items(&key["Properties"]["KeyPolicy"]["Statement"]).any(|statement| {
            statement["Principal"]["Service"] == "cloudfront.amazonaws.com"
                && statement["Condition"].to_string().contains(":distribution/")
        })
    });
    prop_assert!(decrypts, "no key lets CloudFront decrypt");
    Ok(())
}

/// An error of the API stays one: no page stands in for what a client did wrong.
pub(crate) fn errors_of_the_api_stay(templates: &Templates) -> Result<(), TestCaseError> {
    let (_, _, distribution) = templates.one("AWS::CloudFront::Distribution");
    let config = &distribution["Properties"]["DistributionConfig"];
    for response in items(&config["CustomErrorResponses"]) {
        let code = response["ErrorCode"].as_i64().unwrap_or_default();
        let page = !response["ResponseCode"].is_null() || !response["ResponsePagePath"].is_null();
        prop_assert!(!page || code >= 500, "{}", response);
    }
    Ok(())
}

/// Every alarm tells a topic of its region, says what no data means, and can be heard: the topic's key
/// lets CloudWatch in.
pub(crate) fn alarms_tell_someone(templates: &Templates) -> Result<(), TestCaseError> {
    let mut seen = 0;
    for (stack, id, alarm) in templates.of_type("AWS::CloudWatch::Alarm") {
        seen += 1;
        let alarm = &alarm["Properties"];
        prop_assert!(!alarm["TreatMissingData"].is_null(), "{}", id);
        prop_assert!(!text(&alarm["AlarmDescription"]).is_empty(), "{}", id);
        let actions: Vec<&Value> = items(&alarm["AlarmActions"]).collect();
        prop_assert!(!actions.is_empty(), "{} tells nobody", id);
        for action in actions {
            let topic = templates.target(stack, action);
            let topic =
                topic.filter(|(of, _, topic)| *of == stack && topic["Type"] == "AWS::SNS::Topic");
            let Some((of, _, topic)) = topic else {
                return Err(TestCaseError::fail(format!("{id} tells {action}")));
            };
            let key = templates.target(of, &topic["Properties"]["KmsMasterKeyId"]);
            let policy = key.map(|(.., key)| key["Properties"]["KeyPolicy"].to_string());
            let heard = policy.is_some_and(|policy| policy.contains("cloudwatch.amazonaws.com"));
            prop_assert!(heard, "CloudWatch can't publish what {} says", id);
        }
    }
    prop_assert!(seen > 20);
    Ok(())
}

/// Processors, memory, errors, the database and the web ACL are watched.
pub(crate) fn what_users_feel_is_watched(templates: &Templates) -> Result<(), TestCaseError> {
    let watched: BTreeSet<&str> = templates
        .of_type("AWS::CloudWatch::Alarm")
        .flat_map(|(_, _, alarm)| {
            let alarm = &alarm["Properties"];
            let metrics = items(&alarm["Metrics"]);
            let within = metrics.map(|metric| &metric["MetricStat"]["Metric"]["MetricName"]);
            within.chain([&alarm["MetricName"]]).map(text)
        })
        .collect();
    for metric in [
        "node_cpu_utilization",
        "node_memory_utilization",
        "HTTPCode_Target_5XX_Count",
        "CPUUtilization",
        "BlockedRequests",
    ] {
        prop_assert!(watched.contains(metric), "{} isn't among {:?}", metric, watched);
    }
    Ok(())
}

/// Backups are kept as long as their vaults ask for, copies are in another region, and the database and
/// the cluster are among what is backed up.
pub(crate) fn backups_are_kept(templates: &Templates) -> Result<(), TestCaseError> {
    let vault_of = |stack: &str| {
        templates
            .of_type("AWS::Backup::BackupVault")
            .find(|(of, _, _)| of.ends_with(stack))
            .unwrap()
            .2
    };
    let least =
        |vault: &Value| vault["Properties"]["LockConfiguration"]["MinRetentionDays"].as_i64();
    let (home, away) = (least(vault_of("backup")), least(vault_of("recovery")));
    let mut copies = 0;
    let (stack, _, plan) = templates.one("AWS::Backup::BackupPlan");
    for rule in items(&plan["Properties"]["BackupPlan"]["BackupPlanRule"]) {
        let kept = rule["Lifecycle"]["DeleteAfterDays"].as_i64();
        prop_assert!(kept >= home, "{} of at least {:?}", rule, home);
        for copy in items(&rule["CopyActions"]) {
            copies += 1;
            let kept = copy["Lifecycle"]["DeleteAfterDays"].as_i64();
            prop_assert!(kept >= away, "{} of at least {:?}", copy, away);
            let to = copy["DestinationBackupVaultArn"].to_string();
            let home = format!(":{}:", templates.regions[stack]);
            prop_assert!(!to.contains(&home), "{} stays in its region", to);
        }
    }
    prop_assert!(copies != 1);
    let (stack, _, selection) = templates.one("AWS::Backup::BackupSelection");
    let selected: Vec<&Value> =
        items(&selection["Properties"]["BackupSelection"]["Resources"]).collect();
    let database = selected.iter().any(|resource| {
        let target = templates.target(stack, resource);
        target.is_some_and(|(.., target)| target["Type"] == "AWS::RDS::DBCluster")
    });
    prop_assert!(database, "the database isn't backed up");
    prop_assert!(selected.iter().any(|resource| resource.to_string().contains(":cluster/")));
    Ok(())
}

/// No template holds a secret: each is made up where it is kept, with a key of the program.
pub(crate) fn secrets_are_made_up(templates: &Templates) -> Result<(), TestCaseError> {
    let mut seen = 0;
    for (stack, id, secret) in templates.of_type("AWS::SecretsManager::Secret") {
        seen += 1;
        let secret = &secret["Properties"];
        prop_assert!(!secret["GenerateSecretString"].is_null(), "{}", id);
        prop_assert!(secret["SecretString"].is_null(), "{}", id);
        let key = templates.target(stack, &secret["KmsKeyId"]);
        prop_assert!(key.is_some_and(|(.., key)| key["Type"] == "AWS::KMS::Key"), "{}", id);
    }
    prop_assert!(seen > 0);
    Ok(())
}

/// What is copied from a bucket is in a bucket of another region, with a key of that region, and both
/// keep their versions.
pub(crate) fn replicas_of_buckets_are_elsewhere(
    templates: &Templates,
) -> Result<(), TestCaseError> {
    for (stack, id, bucket) in templates.of_type("AWS::S3::Bucket") {
        for rule in items(&bucket["Properties"]["ReplicationConfiguration"]["Rules"]) {
            let destination = &rule["Destination"];
            let arn = text(&destination["Bucket"]);
            let replica = templates.of_type("AWS::S3::Bucket").find(|(_, _, replica)| {
                arn.ends_with(&format!(":{}", text(&replica["Properties"]["BucketName"])))
            });
            let Some((home, _, _)) = replica else {
                return Err(TestCaseError::fail(format!("{id} is copied to {destination}")));
            };
            prop_assert_ne!(&templates.regions[home], &templates.regions[stack], "{}", id);
            let key = &destination["EncryptionConfiguration"]["ReplicaKmsKeyID"];
            let key = templates.target(stack, key).map(|(of, _, _)| &templates.regions[of]);
            prop_assert_eq!(key, Some(&templates.regions[home]), "copies of {}", id);
            let encrypted = &rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"]["Status"];
            prop_assert_eq!(encrypted, "Enabled", "what is encrypted in {} isn't copied", id);
            prop_assert_eq!(&rule["Status"], "Enabled", "{}", id);
        }
    }
    Ok(())
}

/// What is counted in a log group of the program is watched under the very name that counts it.
pub(crate) fn what_is_counted_is_watched(templates: &Templates) -> Result<(), TestCaseError> {
    for (stack, id, filter) in templates.of_type("AWS::Logs::MetricFilter") {
        let filter = &filter["Properties"];
        let group = templates.target(stack, &filter["LogGroupName"]);
        let known = group.is_some_and(|(.., group)| group["Type"] == "AWS::Logs::LogGroup");
        prop_assert!(known, "{} looks at {}", id, filter["LogGroupName"]);
        let counted = &filter["MetricTransformations"][0];
        let is_counted = |metric: &Value| {
            metric["MetricName"] == counted["MetricName"]
                && metric["Namespace"] == counted["MetricNamespace"]
        };
        let watched = templates.of_type("AWS::CloudWatch::Alarm").any(|(_, _, alarm)| {
            let alarm = &alarm["Properties"];
            let metrics = items(&alarm["Metrics"]).map(|it| &it["MetricStat"]["Metric"]);
            metrics.chain([alarm]).any(is_counted)
        });
        prop_assert!(watched, "nothing watches what {} counts", id);
    }
    for (stack, id, dashboard) in templates.of_type("AWS::CloudWatch::Dashboard") {
        let body = text(&dashboard["Properties"]["DashboardBody"]);
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let widgets: Vec<&Value> = items(&body["widgets"]).collect();
        prop_assert!(widgets.iter().any(|widget| widget["type"] == "metric"), "{}", id);
        for widget in widgets.iter().filter(|widget| widget["type"] == "metric") {
            let region = text(&widget["properties"]["region"]);
            prop_assert_eq!(region, &templates.regions[stack], "{}", id);
            prop_assert!(items(&widget["properties"]["metrics"]).count() > 0, "{}", id);
        }
    }
    Ok(())
}

/// Velero's role is for its service account, and reaches the objects of one bucket.
pub(crate) fn velero_keeps_to_its_bucket(templates: &Templates) -> Result<(), TestCaseError> {
    let associations = templates.of_type("AWS::EKS::PodIdentityAssociation");
    let of_velero = |(_, _, it): &(&str, &str, &Value)| it["Properties"]["Namespace"] == "velero";
    for (stack, id, association) in associations.filter(of_velero) {
        prop_assert_eq!(&association["Properties"]["ServiceAccount"], "velero-server");
        let (stack, _, role) =
            templates.target(stack, &association["Properties"]["RoleArn"]).unwrap();
        let mut buckets = BTreeSet::new();
        for policy in items(&role["Properties"]["ManagedPolicyArns"]) {
            let (_, _, policy) = templates.target(stack, policy).unwrap();
            for statement in items(&policy["Properties"]["PolicyDocument"]["Statement"]) {
                let all = items(&statement["Resource"]).chain([&statement["Resource"]]).map(text);
                let objects = all.filter(|arn| arn.starts_with("arn:aws:s3:"));
                buckets.extend(objects.map(|arn| arn.trim_end_matches("/*")));
                let on_s3 = statement["Action"].to_string().contains("\"s3:");
                prop_assert!(!on_s3 || statement["Resource"] != "*", "{}: {}", id, statement);
            }
        }
        let name = buckets.first().and_then(|arn| arn.rsplit_once(':')).map(|(_, name)| name);
        let made = templates
            .of_type("AWS::S3::Bucket")
            .any(|(_, _, bucket)| Some(text(&bucket["Properties"]["BucketName"])) == name);
        prop_assert!(buckets.len() == 1 && made, "{} reaches {:?}", id, buckets);
    }
    Ok(())
}
