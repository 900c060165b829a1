//! What every stack knows about itself: CloudFormation's pseudo parameters as values.

use super::{Intrinsic, List, Node, Pseudo, Text, Value};

const fn wrap<T>(node: Node) -> Value<T> {
    Value::from_node(node)
}

fn pseudo<T>(parameter: Pseudo) -> Value<T> {
    wrap(Node::intrinsic(Intrinsic::Pseudo(parameter)))
}

/// The account that the stack is deployed to.
pub fn account_id() -> Value<Text> {
    pseudo(Pseudo::AccountId)
}

/// The partition: `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`.
pub fn partition() -> Value<Text> {
    pseudo(Pseudo::Partition)
}

/// The region that the stack is deployed to.
pub fn region() -> Value<Text> {
    pseudo(Pseudo::Region)
}

/// The stack's ARN.
pub fn stack_id() -> Value<Text> {
    pseudo(Pseudo::StackId)
}

/// The stack's name.
pub fn stack_name() -> Value<Text> {
    pseudo(Pseudo::StackName)
}

/// The domain of the partition's endpoints: `amazonaws.com` in most.
pub fn url_suffix() -> Value<Text> {
    pseudo(Pseudo::UrlSuffix)
}

/// The topics that the stack notifies.
pub fn notification_arns() -> Value<List<Text>> {
    pseudo(Pseudo::NotificationArns)
}

/// As if the property had not been set; of use in [`if_`](super::intrinsic::if_).
pub fn no_value<T>() -> Value<T> {
    pseudo(Pseudo::NoValue)
}
