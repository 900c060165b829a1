//! Which tags can be moved, and which images go.

use innovate_cfn::ecr::repository::{ImageTagMutability, ImageTagMutabilityExclusionFilter};
use innovate_core::Literal;
use serde_json::{Value as Json, json};

use crate::name::TagPattern;

/// Which tags of a repository can be moved to another image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TagMutability {
    /// None: a tag is the image that was pushed with it, for ever.
    #[default]
    Immutable,
    /// Only those that match one of up to five patterns: the cache of a build, such as
    /// `name!(TagPattern: "cache-*")`.
    ImmutableExcept(Vec<TagPattern>),
}

impl TagMutability {
    pub(super) const fn mutability(&self) -> Literal<ImageTagMutability> {
        match self {
            Self::Immutable => ImageTagMutability::IMMUTABLE,
            Self::ImmutableExcept(_) => ImageTagMutability::IMMUTABLE_WITH_EXCLUSION,
        }
    }

    pub(super) fn patterns(&self) -> &[TagPattern] {
        match self {
            Self::Immutable => &[],
            Self::ImmutableExcept(patterns) => patterns,
        }
    }

    pub(super) fn filters(&self) -> Vec<ImageTagMutabilityExclusionFilter> {
        use innovate_cfn::ecr::repository::ImageTagMutabilityExclusionFilterType as Type;
        let filter = |pattern| ImageTagMutabilityExclusionFilter::new(Type::WILDCARD, pattern);
        self.patterns().iter().map(filter).collect()
    }
}

/// Which images go by themselves.
///
/// An untagged image is one whose tag was moved, or part of a build that failed; those that a manifest
/// list refers to stay as long as the list does.
///
/// ECR doesn't know which images run. What is deployed by its digest is safe by a tag that says so: what
/// is tagged `prod*` or `release*` is neither counted nor expired, up to 9,999 images a pattern, so that
/// only builds make room for builds. A pipeline that tags nothing when it deploys keeps more images than
/// the oldest deployment is behind.
///
/// An image for several architectures counts as several: its manifest list, and one image for each, three
/// for two architectures.
///
/// ```
/// use innovate_aws::{name, registry::ImageLifecycle};
///
/// let lifecycle = ImageLifecycle::keep_newest(300)
///     .keep_tags([name!(TagPattern: "prod-*"), name!(TagPattern: "v*")]);
/// ```
///
/// Sources: "Automate the cleanup of images by using lifecycle policies in Amazon ECR" and "Lifecycle
/// policy properties in Amazon ECR", Amazon ECR User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ImageLifecycle {
    untagged_days: u16,
    newest: Option<u16>,
    days: Option<u16>,
    kept: Vec<TagPattern>,
}

/// How many images a pattern of tags keeps: what ECR's documentation says for "all of them".
const ALL: u16 = 9_999;

impl ImageLifecycle {
    /// Only untagged images go, 14 days after they were pushed.
    pub const fn untagged_only() -> Self {
        Self { untagged_days: 14, newest: None, days: None, kept: Vec::new() }
    }

    /// Untagged images go after 14 days, and all but the newest `images` at once, of those that aren't
    /// tagged `prod*` or `release*`.
    pub fn keep_newest(images: u16) -> Self {
        let kept = ["prod*", "release*"].map(TagPattern::trusted).into();
        Self { newest: Some(images), kept, ..Self::untagged_only() }
    }

    /// Untagged images go after 14 days, and all others after `days`: for copies of what can be pulled
    /// again.
    pub fn keep_for_days(days: u16) -> Self {
        Self { days: Some(days), ..Self::untagged_only() }
    }

    /// Images of these tags stay, and aren't counted: what a pipeline tags when it releases or deploys.
    /// They replace those that stay by default. A pattern has up to four `*`.
    pub fn keep_tags(mut self, patterns: impl IntoIterator<Item = TagPattern>) -> Self {
        self.kept = patterns.into_iter().collect();
        self
    }

    /// How many days after they were pushed untagged images go.
    pub const fn untagged_after_days(mut self, days: u16) -> Self {
        self.untagged_days = days;
        self
    }

    /// The policy as ECR reads it. What a rule selects by its tag, no later rule expires. The patterns of
    /// one rule must all be met, so each has a rule of its own. The rule for any tag is the last, as ECR
    /// asks for.
    pub(super) fn text(&self) -> String {
        let pushed = |status: &str, days: u16| -> Json {
            json!({
                "tagStatus": status, "countType": "sinceImagePushed", "countUnit": "days",
                "countNumber": days,
            })
        };
        let mut selections = vec![("Untagged images", pushed("untagged", self.untagged_days))];
        if self.days.is_some() || self.newest.is_some() {
            selections.extend(self.kept.iter().map(|pattern| {
                let kept = json!({
                    "tagStatus": "tagged", "tagPatternList": [pattern.as_str()],
                    "countType": "imageCountMoreThan", "countNumber": ALL,
                });
                ("Released images stay", kept)
            }));
        }
        if let Some(days) = self.days {
            selections.push(("Old images", pushed("any", days)));
        }
        if let Some(images) = self.newest {
            let newest = json!({
                "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": images,
            });
            selections.push(("All but the newest images", newest));
        }
        let rules =
            selections.into_iter().zip(1_u8..).map(|((description, selection), priority)| {
                json!({
                    "rulePriority": priority, "description": description, "selection": selection,
                    "action": {"type": "expire"},
                })
            });
        json!({ "rules": rules.collect::<Vec<_>>() }).to_string()
    }

    /// The numbers that would delete images as they are pushed.
    pub(super) const fn zeros(&self) -> Option<&'static str> {
        match self {
            Self { untagged_days: 0, .. } => Some("untagged images are kept for 0 days"),
            Self { newest: Some(0), .. } => Some("0 images are kept"),
            Self { days: Some(0), .. } => Some("images are kept for 0 days"),
            _ => None,
        }
    }
}

impl Default for ImageLifecycle {
    /// The newest 100 images stay, untagged ones for 14 days, and all that are tagged `prod*` or
    /// `release*`.
    fn default() -> Self {
        Self::keep_newest(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_what_ecr_reads() {
        let rules = |lifecycle: ImageLifecycle| -> Vec<Json> {
            let policy: Json = serde_json::from_str(&lifecycle.text()).unwrap();
            policy["rules"].as_array().unwrap().clone()
        };
        let both = rules(ImageLifecycle::keep_newest(30).keep_tags([]).untagged_after_days(7));
        assert_eq!(both.len(), 2);
        assert_eq!(both[0]["selection"]["countNumber"], 7);
        assert_eq!(both[0]["selection"]["tagStatus"], "untagged");
        assert_eq!(both[1]["rulePriority"], 2);
        assert_eq!(both[1]["selection"]["countType"], "imageCountMoreThan");
        let cached = rules(ImageLifecycle::keep_for_days(90));
        assert_eq!(cached[1]["selection"]["tagStatus"], "any");
        assert_eq!(rules(ImageLifecycle::untagged_only()).len(), 1);
    }

    #[test]
    fn what_is_released_is_neither_counted_nor_expired() {
        let policy: Json = serde_json::from_str(&ImageLifecycle::default().text()).unwrap();
        let rules = policy["rules"].as_array().unwrap();
        let selected = |at: usize, what: &str| rules[at]["selection"][what].clone();
        assert_eq!(rules.len(), 4);
        assert_eq!(selected(1, "tagPatternList"), json!(["prod*"]));
        assert_eq!(selected(2, "tagPatternList"), json!(["release*"]));
        assert_eq!(selected(2, "countNumber"), 9_999);
        assert_eq!(selected(3, "tagStatus"), "any");
        assert_eq!(selected(3, "countNumber"), 100);
        let own = ImageLifecycle::keep_newest(30).keep_tags([TagPattern::trusted("v*")]).text();
        assert!(own.contains(r#"["v*"]"#) && !own.contains("prod"), "{own}");
    }
}
