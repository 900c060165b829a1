//! Whether an action of IAM exists.

use innovate_core::check::suggest::nearest;

use super::action_table::ACTIONS;

/// Why an action in a policy grants or denies nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnknownAction {
    /// It isn't `*` or `service:Action`.
    Malformed,
    /// No service has the prefix; the nearest prefix, if one is near.
    Service(Option<&'static str>),
    /// The service has no such action, or none that the pattern matches; the nearest, in lower case.
    Action(Option<String>),
}

/// Whether `action` exists, or, with `*` and `?`, matches at least one action.
///
/// Source: "Actions, resources, and condition keys for AWS services", Service Authorization
/// Reference.
pub(crate) fn check_action(action: &str) -> Result<(), UnknownAction> {
    if action == "*" {
        return Ok(());
    }
    let (prefix, name) = action.split_once(':').ok_or(UnknownAction::Malformed)?;
    let (prefix, name) = (prefix.to_ascii_lowercase(), name.to_ascii_lowercase());
    if prefix.contains(['*', '?']) {
        return Ok(());
    }
    let Some(known) = actions_of(&prefix) else {
        let prefixes = ACTIONS.iter().map(|(known, _)| *known);
        return Err(UnknownAction::Service(nearest(&prefix, prefixes)));
    };
    let literal = name.split(['*', '?']).next().unwrap_or_default();
    let mut candidates =
        from(known, literal).split(' ').take_while(|known| known.starts_with(literal));
    if candidates.any(|known| matches(&name, known)) {
        return Ok(());
    }
    let near = nearest(&name, known.split(' '));
    Err(UnknownAction::Action(near.map(|near| format!("{prefix}:{near}"))))
}

/// The names of the actions of a service, in lower case.
pub(crate) fn names_of(prefix: &str) -> impl Iterator<Item = &'static str> {
    actions_of(prefix).unwrap_or_default().split(' ').filter(|name| !name.is_empty())
}

/// Whether some service's actions have the prefix.
pub(crate) fn is_service_prefix(prefix: &str) -> bool {
    actions_of(prefix).is_some()
}

fn actions_of(prefix: &str) -> Option<&'static str> {
    let at = ACTIONS.binary_search_by(|(known, _)| (*known).cmp(prefix)).ok()?;
    ACTIONS.get(at).map(|(_, actions)| *actions)
}

/// The part of sorted words that begins at the first one that isn't before `text`: a service has up to
/// some hundred actions, of which a policy names a few.
fn from<'a>(words: &'a str, text: &str) -> &'a str {
    let (mut low, mut high) = (0, words.len());
    // Both are where a word begins, or the end.
    while let Some(between) = words.get(low..high).filter(|between| !between.is_empty()) {
        let (before, _) = between.split_at_checked(between.len() / 2).unwrap_or_default();
        let start = low + before.rfind(' ').map_or(0, |space| space + 1);
        let rest = words.get(start..).unwrap_or_default();
        let word = rest.split(' ').next().unwrap_or_default();
        if word < text {
            low = (start + word.len() + 1).min(words.len());
        } else {
            high = start;
        }
    }
    words.get(low..).unwrap_or_default()
}

/// Whether `text` matches `pattern`, in which `*` stands for any text and `?` for one character. Case is
/// none of IAM's concern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.as_bytes(), text.as_bytes());
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                retry = Some((rest, text));
                pattern = rest;
            }
            (Some((expected, pattern_rest)), Some((found, text_rest)))
                if *expected == b'?' || expected.eq_ignore_ascii_case(found) =>
            {
                (pattern, text) = (pattern_rest, text_rest);
            }
            (None, None) => return true,
            _ => {
                let Some((after_star, from)) = retry else { return false };
                let Some((_, later)) = from.split_first() else { return false };
                retry = Some((after_star, later));
                (pattern, text) = (after_star, later);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_binary_search() {
        assert!(ACTIONS.is_sorted_by(|(left, _), (right, _)| left < right));
    }

    #[test]
    fn the_actions_of_a_service_are_sorted_for_the_binary_search() {
        for (service, actions) in ACTIONS {
            assert!(actions.split(' ').is_sorted_by(|left, right| left < right), "{service}");
        }
    }

    #[test]
    fn every_action_is_found_where_it_stands() {
        for (service, actions) in ACTIONS {
            for action in actions.split(' ').filter(|action| !action.is_empty()) {
                let found = from(actions, action).split(' ').next();
                assert_eq!(found, Some(action), "{service}");
                assert_eq!(check_action(&format!("{service}:{action}")), Ok(()));
                assert_eq!(check_action(&format!("{service}:{action}*")), Ok(()));
            }
            assert_eq!(from(actions, ""), *actions);
            assert_eq!(from(actions, "~"), "");
        }
    }

    #[test]
    fn actions_are_found_whatever_their_case() {
        for action in [
            "*",
            "s3:GetObject",
            "S3:getobject",
            "ec2:*",
            "ec2:Describe*",
            "eks-auth:AssumeRoleForPodIdentity",
        ] {
            assert_eq!(check_action(action), Ok(()), "{action}");
        }
    }

    #[test]
    fn a_misspelt_action_is_told_from_a_misspelt_service() {
        assert_eq!(
            check_action("s3:GetObjekt"),
            Err(UnknownAction::Action(Some("s3:getobject".to_owned())))
        );
        assert_eq!(check_action("s4:GetObject"), Err(UnknownAction::Service(Some("s3"))));
        assert_eq!(check_action("ec2:Describ3*"), Err(UnknownAction::Action(None)));
        assert_eq!(check_action("GetObject"), Err(UnknownAction::Malformed));
    }

    #[test]
    fn a_pattern_matches_as_iam_does() {
        for (pattern, text) in [
            ("*", ""),
            ("get*", "getobject"),
            ("g?t*ct", "getobject"),
            ("*object*", "getobjectacl"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("get", "getobject"), ("g?", "get"), ("*acl", "getobject")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
