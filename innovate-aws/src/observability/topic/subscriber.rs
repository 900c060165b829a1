//! Who gets what is published to a topic.

use innovate_cfn::kind::QueueArn;
use innovate_core::{Diagnostic, Gives, Node, Text, Value};

use crate::name::EmailAddress;

/// Who gets what is published to a topic.
///
/// Source: "Amazon SNS event destinations", Amazon SNS Developer Guide.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscriber {
    pub(super) protocol: &'static str,
    pub(super) endpoint: Value<Text>,
}

impl Subscriber {
    /// A person or a list, who must confirm the subscription by the mail that SNS sends:
    /// [`email!`](crate::email).
    pub fn email(address: EmailAddress) -> Self {
        Self { protocol: "email", endpoint: address.give() }
    }

    /// A web hook, such as that of a pager, which must confirm the subscription. Its URL begins with
    /// `https://`. One that holds a secret is a value of Secrets Manager, not a literal.
    pub fn https(url: impl Gives<Text>) -> Self {
        Self { protocol: "https", endpoint: url.give() }
    }

    /// A queue, whose policy must let the topic send to it. One that the program adds subscribes by itself:
    /// `.topic(..)` of [`Queue`](crate::messaging::Queue).
    pub fn queue(arn: impl Gives<QueueArn>) -> Self {
        Self { protocol: "sqs", endpoint: arn.give().assume() }
    }

    /// What SNS refuses.
    pub(super) fn finding(&self) -> Option<Diagnostic> {
        let Node::Text(url) = self.endpoint.node() else { return None };
        (self.protocol == "https" && !url.starts_with("https://")).then(|| {
            Diagnostic::error("ALM-03", "a web hook is called by HTTPS alone")
                .setter("subscribers")
                .given(url)
                .allowed("a URL that begins with `https://`")
        })
    }
}
