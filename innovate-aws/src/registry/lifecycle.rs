//! Which tags can be moved, and which images go.

use innovate_cfn::ecr::repository::{ImageTagMutability, ImageTagMutabilityExclusionFilter};
use innovate_core::{Diagnostic, Literal, value::json_text};
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

    /// What ECR refuses.
    pub(super) fn finding(&self) -> Option<Diagnostic> {
        let patterns = self.patterns();
        let empty = matches!(self, Self::ImmutableExcept(patterns) if patterns.is_empty());
        (empty || patterns.len() > MOST_PATTERNS).then(|| {
            Diagnostic::error("ECR-01", "ECR takes one to five patterns of tags that can be moved")
                .setter("tags")
                .given(format!("{} patterns", patterns.len()))
                .allowed(format!("1 to {MOST_PATTERNS} patterns, or `TagMutability::Immutable`"))
        })
    }

    pub(super) fn filters(&self) -> Vec<ImageTagMutabilityExclusionFilter> {
        use innovate_cfn::ecr::repository::ImageTagMutabilityExclusionFilterType as Type;
        let filter = |pattern| ImageTagMutabilityExclusionFilter::new(Type::WILDCARD, pattern);
        self.patterns().iter().map(filter).collect()
    }
}

/// Source: "PutImageTagMutability", Amazon ECR API Reference.
const MOST_PATTERNS: usize = 5;

/// Which images go by themselves.
///
/// ECR doesn't know which images run, but it knows when each was pulled, and every new node pulls what
/// runs on it. So by default nothing that runs goes: what nobody has pulled for 180 days is archived, which
/// a restore undoes, and deleted a year later. What is tagged `prod*` or `release*` stays, up to 9,999
/// images a pattern, to roll back to.
///
/// [`keep_newest`](Self::keep_newest) and [`keep_for_days`](Self::keep_for_days) cost less and look at pushes
/// alone: they suit a pipeline that tags what it deploys, and copies of what can be pulled again.
///
/// What a manifest list refers to stays as long as the list does, and signatures stay as long as what they
/// sign. An image for several architectures counts as several: its manifest list, and one image for each,
/// three for two architectures.
///
/// ```
/// use innovate_aws::{name, registry::ImageLifecycle};
///
/// let lifecycle = ImageLifecycle::archive_unused(90)
///     .delete_archived_after_days(180)
///     .keep_tags([name!(TagPattern: "prod-*"), name!(TagPattern: "v*")]);
/// ```
///
/// Sources: "Automate the cleanup of images by using lifecycle policies in Amazon ECR", "Lifecycle
/// policy properties in Amazon ECR" and "Archiving an image", Amazon ECR User Guide.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ImageLifecycle {
    untagged_days: Option<u16>,
    others: Others,
    archived_days: Option<u16>,
    kept: Vec<TagPattern>,
}

/// What becomes of images whose tags don't keep them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    Stay,
    NewestStay(u16),
    GoSincePushed(u16),
    AreArchivedSincePulled(u16),
}

/// How many images a pattern of tags keeps: what ECR's documentation says for "all of them".
const ALL: u16 = 9_999;

/// For how long what is archived is paid at least: ECR takes no policy that deletes it sooner.
const SHORTEST_ARCHIVE: u16 = 90;

/// The most rules of a policy. Source: "Amazon ECR service quotas", Amazon ECR User Guide.
const MOST_RULES: usize = 50;

impl ImageLifecycle {
    const fn of(others: Others) -> Self {
        Self { untagged_days: None, others, archived_days: None, kept: Vec::new() }
    }

    fn keeping_releases(mut self) -> Self {
        self.kept = ["prod*", "release*"].map(TagPattern::trusted).into();
        self
    }

    /// Images are archived once nobody has pulled them for `days`, or since they were pushed if nobody ever
    /// did, and deleted a year after that, but for those that are tagged `prod*` or `release*`. An archived
    /// image can't be pulled until someone restores it.
    pub fn archive_unused(days: u16) -> Self {
        Self::of(Others::AreArchivedSincePulled(days)).keeping_releases()
    }

    /// Only untagged images go, 14 days after they were pushed: what a build that failed left, or a tag that
    /// was moved. What is deployed by its digest, and was never tagged, goes with them.
    pub const fn untagged_only() -> Self {
        Self::of(Others::Stay).untagged_after_days(14)
    }

    /// Untagged images go after 14 days, and all but the newest `images` at once. Those that are tagged
    /// `prod*` or `release*` stay, and are counted among the newest.
    pub fn keep_newest(images: u16) -> Self {
        Self::of(Others::NewestStay(images)).untagged_after_days(14).keeping_releases()
    }

    /// What replicas keep, of which nobody pulls any until it is needed.
    pub(super) fn replicas() -> Self {
        Self::of(Others::NewestStay(1_000)).keeping_releases()
    }

    /// All images go `days` after they were pushed: for copies of what can be pulled again.
    pub const fn keep_for_days(days: u16) -> Self {
        Self::of(Others::GoSincePushed(days))
    }

    /// Images of these tags stay: what a pipeline tags when it releases or deploys. They replace those that
    /// stay by default. A pattern has up to four `*`.
    pub fn keep_tags(mut self, patterns: impl IntoIterator<Item = TagPattern>) -> Self {
        self.kept = patterns.into_iter().collect();
        // ECR refuses a pattern that two rules have.
        self.kept.sort();
        self.kept.dedup();
        self
    }

    /// How many days after they were pushed untagged images go.
    pub const fn untagged_after_days(mut self, days: u16) -> Self {
        self.untagged_days = Some(days);
        self
    }

    /// How many days after it was archived an image is deleted, 90 or more: 365 by default. For
    /// [`archive_unused`](Self::archive_unused).
    pub const fn delete_archived_after_days(mut self, days: u16) -> Self {
        self.archived_days = Some(days);
        self
    }

    /// What each rule is for, what it selects, and whether it archives.
    fn rules(&self) -> Vec<(&'static str, Json, bool)> {
        let since = |status: &str, event: &str, days: u16| -> Json {
            json!({
                "tagStatus": status, "countType": event, "countUnit": "days", "countNumber": days,
            })
        };
        let mut rules = Vec::new();
        if let Some(days) = self.untagged_days {
            rules.push(("Untagged images", since("untagged", "sinceImagePushed", days), false));
        }
        if self.others != Others::Stay {
            // What a rule selects by its tag, no later rule expires or archives. The patterns of one rule
            // must all be met, so each has a rule of its own.
            rules.extend(self.kept.iter().map(|pattern| {
                let kept = json!({
                    "tagStatus": "tagged", "tagPatternList": [pattern.as_str()],
                    "countType": "imageCountMoreThan", "countNumber": ALL,
                });
                ("Released images stay", kept, false)
            }));
        }
        // The rule for any tag is the last of its storage class, as ECR asks for.
        match self.others {
            Others::Stay => {}
            Others::NewestStay(images) => {
                let newest = json!({
                    "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": images,
                });
                rules.push(("All but the newest images", newest, false));
            }
            Others::GoSincePushed(days) => {
                rules.push(("Old images", since("any", "sinceImagePushed", days), false));
            }
            Others::AreArchivedSincePulled(days) => {
                rules.push(("Unused images", since("any", "sinceImagePulled", days), true));
                let archived = json!({
                    "tagStatus": "any", "storageClass": "archive",
                    "countType": "sinceImageTransitioned", "countUnit": "days",
                    "countNumber": self.archived_days.unwrap_or(365),
                });
                rules.push(("Archived images", archived, false));
            }
        }
        rules
    }

    /// The policy as ECR reads it.
    pub(super) fn text(&self) -> String {
        let rules = self.rules().into_iter().zip(1_u8..).map(
            |((description, selection, archives), priority)| {
                let action = match archives {
                    true => json!({"type": "transition", "targetStorageClass": "archive"}),
                    false => json!({"type": "expire"}),
                };
                json!({
                    "rulePriority": priority, "description": description, "selection": selection,
                    "action": action,
                })
            },
        );
        json_text(json!({ "rules": rules.collect::<Vec<_>>() }))
    }

    /// What ECR refuses, or nobody means.
    pub(super) fn finding(&self) -> Option<Diagnostic> {
        let finding = |message: &str, given: String| {
            Diagnostic::error("ECR-04", message).setter("lifecycle").given(given)
        };
        let none = match (self.untagged_days, self.others) {
            (Some(0), _) => Some("untagged images are kept for 0 days"),
            (_, Others::NewestStay(0)) => Some("0 images are kept"),
            (_, Others::GoSincePushed(0)) => Some("images are kept for 0 days"),
            (_, Others::AreArchivedSincePulled(0)) => Some("images are archived after 0 days"),
            _ => None,
        };
        if let Some(given) = none {
            let message = "a repository would lose its images as they are pushed";
            return Some(
                finding(message, given.to_owned())
                    .allowed("1 or more")
                    .help("keep more images than the oldest deployment is behind"),
            );
        }
        let archives = matches!(self.others, Others::AreArchivedSincePulled(_));
        match self.archived_days {
            Some(days) if !archives => {
                let message = "a repository that archives nothing has nothing archived to delete";
                return Some(
                    finding(message, format!("archived images are deleted after {days} days"))
                        .allowed("`ImageLifecycle::archive_unused(..)`")
                        .help("leave `.delete_archived_after_days(..)` out"),
                );
            }
            Some(days) if days < SHORTEST_ARCHIVE => {
                let message = "ECR keeps what is archived longer";
                return Some(
                    finding(message, format!("{days} days"))
                        .allowed(format!("{SHORTEST_ARCHIVE} days or more")),
                );
            }
            _ => {}
        }
        let count = self.rules().len();
        (count > MOST_RULES).then(|| {
            finding("a lifecycle has more rules than ECR takes", format!("{count} rules"))
                .allowed(format!("up to {MOST_RULES}, one for each pattern of tags"))
        })
    }
}

impl Default for ImageLifecycle {
    /// What nobody has pulled for 180 days is archived, and deleted a year after, but for what is tagged
    /// `prod*` or `release*`.
    fn default() -> Self {
        Self::archive_unused(180)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(lifecycle: &ImageLifecycle) -> Vec<Json> {
        let policy: Json = serde_json::from_str(&lifecycle.text()).unwrap();
        policy["rules"].as_array().unwrap().clone()
    }

    #[test]
    fn a_policy_is_what_ecr_reads() {
        let both = rules(&ImageLifecycle::keep_newest(30).keep_tags([]).untagged_after_days(7));
        assert_eq!(both.len(), 2);
        assert_eq!(both[0]["selection"]["countNumber"], 7);
        assert_eq!(both[0]["selection"]["tagStatus"], "untagged");
        assert_eq!(both[1]["rulePriority"], 2);
        assert_eq!(both[1]["selection"]["countType"], "imageCountMoreThan");
        let cached = rules(&ImageLifecycle::keep_for_days(90));
        assert_eq!(cached.len(), 1);
        assert_eq!(cached[0]["selection"]["tagStatus"], "any");
        assert_eq!(rules(&ImageLifecycle::untagged_only()).len(), 1);
    }

    #[test]
    fn by_default_nothing_that_is_pulled_goes_and_what_goes_is_archived_first() {
        let rules = rules(&ImageLifecycle::default());
        let selected = |at: usize, what: &str| rules[at]["selection"][what].clone();
        assert_eq!(rules.len(), 4);
        assert_eq!(selected(0, "tagPatternList"), json!(["prod*"]));
        assert_eq!(selected(1, "tagPatternList"), json!(["release*"]));
        assert_eq!(selected(1, "countNumber"), 9_999);
        assert_eq!(selected(2, "countType"), "sinceImagePulled");
        assert_eq!(selected(2, "countNumber"), 180);
        assert_eq!(
            rules[2]["action"],
            json!({"type": "transition", "targetStorageClass": "archive"})
        );
        assert_eq!(selected(3, "storageClass"), "archive");
        assert_eq!(selected(3, "countType"), "sinceImageTransitioned");
        assert_eq!(selected(3, "countNumber"), 365);
        assert_eq!(rules[3]["action"], json!({"type": "expire"}));
    }

    #[test]
    fn tags_of_ones_own_replace_those_that_stay_by_default_and_each_has_one_rule() {
        let own = ["v*", "v*"].map(TagPattern::trusted);
        let own = ImageLifecycle::keep_newest(30).keep_tags(own).text();
        assert!(own.contains(r#"["v*"]"#) && !own.contains("prod"), "{own}");
        assert_eq!(own.matches("v*").count(), 1);
    }

    #[test]
    fn what_ecr_refuses_is_told() {
        let given = |lifecycle: ImageLifecycle| {
            lifecycle.finding().and_then(|found| found.given_value().map(str::to_owned))
        };
        let of = ImageLifecycle::archive_unused;
        assert_eq!(given(ImageLifecycle::default()), None);
        assert_eq!(given(of(30).delete_archived_after_days(90)), None);
        assert_eq!(given(of(30).delete_archived_after_days(89)).as_deref(), Some("89 days"));
        assert_eq!(given(of(0)).as_deref(), Some("images are archived after 0 days"));
        assert_eq!(
            given(ImageLifecycle::keep_newest(9).delete_archived_after_days(90)).as_deref(),
            Some("archived images are deleted after 90 days")
        );
        let many = (0..49).map(|at| TagPattern::trusted(format!("v{at}*")));
        assert_eq!(given(of(30).keep_tags(many)).as_deref(), Some("51 rules"));
    }
}
