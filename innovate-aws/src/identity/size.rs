//! How long a policy is, as IAM counts.

use std::iter::Sum;

use innovate_core::{
    Node, Site,
    value::{Intrinsic, Pseudo},
};

/// The most characters of a managed policy. White space doesn't count.
///
/// Source: "IAM and AWS STS quotas", AWS Identity and Access Management User Guide.
pub(crate) const MANAGED_POLICY: usize = 6_144;
/// The most characters of all inline policies of a role together.
pub(crate) const INLINE_POLICIES: usize = 10_240;
/// The most characters of a trust policy. An account may ask for up to 4,096.
pub(crate) const TRUST_POLICY: usize = 2_048;

/// The characters of a policy: those that are known, and how many parts are known only at
/// deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// Characters that are known.
    pub(crate) known: usize,
    /// Parts whose length is known only at deployment.
    pub(crate) deferred: usize,
}

impl Sum for Size {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self::default(), |sum, size| Self {
            known: sum.known + size.known,
            deferred: sum.deferred + size.deferred,
        })
    }
}

impl Size {
    /// What a deferred part is taken for when policies are filled: the length of a long ARN.
    const DEFERRED: usize = 120;

    /// The size of a policy or of one statement.
    pub(crate) fn of(node: &Node, site: &Site) -> Self {
        let mut size = Self::default();
        size.add(node, site);
        size
    }

    /// More than it can be expected to become.
    pub(crate) const fn expected(self) -> usize {
        self.known + self.deferred * Self::DEFERRED
    }

    fn add(&mut self, node: &Node, site: &Site) {
        match node {
            Node::Null | Node::Bool(true) => self.known += 4,
            Node::Bool(false) => self.known += 5,
            Node::Integer(number) => self.known += number.to_string().len(),
            Node::Number(number) => self.known += number.to_string().len(),
            Node::Text(_) | Node::Intrinsic(_) => {
                self.known += 2;
                self.add_text(node, site);
            }
            Node::List(items) => {
                self.known += 2 + items.len().saturating_sub(1);
                items.iter().for_each(|item| self.add(item, site));
            }
            Node::Map(entries) => {
                self.known += 2 + entries.len().saturating_sub(1);
                for (key, item) in entries {
                    self.known += 3 + characters(key);
                    self.add(item, site);
                }
            }
        }
    }

    /// The text without its quotation marks.
    fn add_text(&mut self, node: &Node, site: &Site) {
        match node {
            Node::Text(text) => self.known += characters(text),
            Node::Intrinsic(intrinsic) => match &**intrinsic {
                Intrinsic::Concat(parts) => {
                    parts.iter().for_each(|part| self.add_text(part, site));
                }
                Intrinsic::Pseudo(Pseudo::AccountId) => self.known += 12,
                Intrinsic::Pseudo(Pseudo::Region) => self.known += site.region().len(),
                Intrinsic::Pseudo(Pseudo::Partition) => self.known += 3,
                Intrinsic::Pseudo(Pseudo::UrlSuffix) => self.known += 13,
                _ => self.deferred += 1,
            },
            _ => self.add(node, site),
        }
    }
}

/// The characters of a text within JSON, without white space.
fn characters(text: &str) -> usize {
    let length = |character: char| match character {
        character if character.is_whitespace() => 0,
        '"' | '\\' => 2,
        _ => 1,
    };
    // Hardly a text has one of the others.
    let plain = |byte: u8| byte.is_ascii_graphic() & (byte != b'"') & (byte != b'\\');
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return text.len();
    }
    text.chars().map(length).sum()
}

#[cfg(test)]
mod tests {
    use innovate_core::{Site, StageKind, json, text, value::pseudo};

    use super::*;

    #[test]
    fn the_size_is_that_of_the_minified_document() {
        let site = Site::new("innovate-prod", StageKind::Prod, "444455556666", "eu-west-1");
        let document = json! {
            "Version" => "2012-10-17",
            "Statement" => vec![json! {
                "Effect" => "Allow",
                "Action" => ["s3:GetObject", "s3:PutObject"],
                "Resource" => text!["arn:", pseudo::partition(), ":s3:::b-", pseudo::account_id()],
                "Condition" => json! { "Bool" => json! { "aws:SecureTransport" => true } },
            }],
        };
        let written = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::b-444455556666","Condition":{"Bool":{"aws:SecureTransport":true}}}]}"#;
        let size = Size::of(document.node(), &site);
        assert_eq!(size, Size { known: written.len(), deferred: 0 });
    }

    #[test]
    fn white_space_does_not_count() {
        let site = Site::new("innovate-prod", StageKind::Prod, "444455556666", "eu-west-1");
        let node = Node::Text("a b\n\"c".into());
        assert_eq!(Size::of(&node, &site).known, 7);
    }
}
