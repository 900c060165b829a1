//! What holds for all resources.

use serde_json::{Value, json};

use super::{DATABASE, INSTANCE, KEY, LOGS, NODES, ROUTE, Sabotage, WHOLE, sabotage};

pub(super) fn all() -> Vec<Sabotage> {
    let everyone = json!([{ "Effect": "Allow", "Principal": "*", "Action": "kms:*" }]);
    let anything = json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]);
    vec![
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            LOGS,
            "/Properties/KmsKeyId",
            "alias/aws/logs",
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            DATABASE,
            "/Properties/StorageEncrypted",
            false,
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            DATABASE,
            "/Properties/MasterUserSecret/KmsKeyId",
            Value::Null,
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            "AWS::SQS::Queue",
            "/Properties/SqsManagedSseEnabled",
            false,
        ),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            "AWS::KMS::Alias",
            "/Type",
            "AWS::DynamoDB::Table",
        ),
        sabotage("keys_are_kept", KEY, "/Properties/EnableKeyRotation", false),
        sabotage("keys_are_kept", KEY, "/Properties/KeyPolicy/Statement", everyone),
        sabotage("logs_are_kept_for_a_known_time", LOGS, "/Properties/RetentionInDays", 45),
        sabotage("everything_is_tagged", KEY, "/Properties/Tags", json!([])),
        sabotage("everything_is_tagged", NODES, "/Properties/Tags", json!({})),
        sabotage("data_outlives_its_stack", LOGS, "/UpdateReplacePolicy", Value::Null),
        sabotage(
            "permissions_are_scoped",
            "AWS::IAM::ManagedPolicy",
            "/Properties/PolicyDocument/Statement",
            anything,
        ),
        sabotage(
            "permissions_are_scoped",
            "AWS::IAM::ManagedPolicy",
            "/Properties/PolicyDocument/Statement/0/Condition",
            Value::Null,
        )
        .of("KarpenterIamIntegrationPolicy"),
        sabotage(
            "references_lead_somewhere_and_not_in_circles",
            ROUTE,
            "/Properties/RouteTableId",
            json!({ "Ref": "None" }),
        ),
        sabotage("references_lead_somewhere_and_not_in_circles", KEY, "/DependsOn", "LogsAlias")
            .of("Logs"),
        sabotage(
            "everything_at_rest_has_a_key_of_its_own",
            INSTANCE,
            "/Properties/KmsKeyId",
            Value::Null,
        )
        .of("Instance"),
        sabotage(
            "trusts_name_their_source",
            "AWS::IAM::Role",
            "/Properties/AssumeRolePolicyDocument/Statement/0/Condition",
            Value::Null,
        )
        .of("ProxyRole"),
        sabotage("templates_keep_to_the_limits", WHOLE, "/Outputs", many(201)),
        sabotage("templates_keep_to_the_limits", WHOLE, "/Resources", many(501)),
    ]
}

/// So many of something.
fn many(count: usize) -> Value {
    (0..count).map(|number| (format!("Thing{number}"), json!({}))).collect()
}
