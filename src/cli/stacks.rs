//! Which stack the command line means: by its name in AWS, or by what follows the environment's name in it.

use innovate_core::{StackModel, assembly::Index, check::suggest, diff::StackId};

use super::{Failure, list};

/// The stacks that can be named.
#[derive(Clone, Debug, Default)]
pub(super) struct Stacks(Vec<Known>);

#[derive(Clone, Debug)]
struct Known {
    id: StackId,
    short: String,
}

impl Stacks {
    /// Those of a program. Their names are unique in it, whatever their regions: rule STK-01.
    pub(super) fn of<'a>(models: impl IntoIterator<Item = &'a StackModel>) -> Self {
        let known = |model: &StackModel| Known {
            id: list::id(model),
            short: short(model.name(), model.site().environment()).to_owned(),
        };
        Self(models.into_iter().map(known).collect())
    }

    /// Those of an assembly.
    pub(super) fn of_index(index: &Index) -> Self {
        let known = index.stacks.iter().map(|entry| Known {
            id: StackId {
                name: entry.name.clone(),
                account: entry.account.clone(),
                region: entry.region.clone(),
            },
            short: short(&entry.name, &entry.environment).to_owned(),
        });
        Self(known.collect())
    }

    /// These, and those of another assembly. A stack that has gone to another region is one of them.
    pub(super) fn and(mut self, others: Self) -> Self {
        let is_new = |other: &Known| self.0.iter().all(|known| known.id.name != other.id.name);
        let new: Vec<Known> = others.0.into_iter().filter(is_new).collect();
        self.0.extend(new);
        self
    }

    /// Only some of them.
    #[cfg(feature = "deploy")]
    pub(super) fn only(&self, ids: &[StackId]) -> Self {
        Self(self.0.iter().filter(|known| ids.contains(&known.id)).cloned().collect())
    }

    /// The stack of that name.
    ///
    /// # Errors
    ///
    /// If none has it, or several have.
    pub(super) fn find(&self, name: &str) -> Result<&StackId, Failure> {
        let of_name = |is: &dyn Fn(&Known) -> bool| -> Vec<&StackId> {
            self.0.iter().filter(|known| is(known)).map(|known| &known.id).collect()
        };
        let mut found = of_name(&|known| known.id.name == name);
        if found.is_empty() {
            found = of_name(&|known| known.short == name);
        }
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(self.missing(name)),
            several => {
                let all: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(Failure::new(format!("several stacks are named `{name}`: {}", all.join(", ")))
                    .help("name one by its name in AWS"))
            }
        }
    }

    /// What `STACK/ID` means.
    ///
    /// # Errors
    ///
    /// If it isn't of that form, or as [`find`](Self::find).
    pub(super) fn within<'a>(&self, name: &'a str) -> Result<(&StackId, &'a str), Failure> {
        match name.split_once('/') {
            Some((stack, id)) if !id.is_empty() => Ok((self.find(stack)?, id)),
            _ => Err(Failure::new(format!("`{name}` names nothing in a stack"))
                .help("write STACK/ID, such as data/Jobs")),
        }
    }

    fn missing(&self, name: &str) -> Failure {
        let failure = Failure::new(format!("the program has no stack `{name}`"));
        let known = || self.0.iter().flat_map(|known| [&*known.short, &*known.id.name]);
        match suggest::nearest(name, known()) {
            Some(nearest) => failure.help(format!("there is `{nearest}`")),
            None => {
                let all: Vec<&str> = self.0.iter().map(|known| &*known.short).collect();
                failure.help(format!("it has {}", all.join(", ")))
            }
        }
    }
}

/// A stack's name without that of its environment.
pub(super) fn short<'a>(name: &'a str, environment: &str) -> &'a str {
    let behind = name.strip_prefix(environment).and_then(|rest| rest.strip_prefix('-'));
    behind.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, environment: &str) -> Known {
        let id = StackId {
            name: name.to_owned(),
            account: "111122223333".to_owned(),
            region: "eu-west-1".to_owned(),
        };
        Known { id, short: short(name, environment).to_owned() }
    }

    fn stacks() -> Stacks {
        Stacks(vec![
            known("a-data", "a"),
            known("b-data", "b"),
            known("edge", "a"),
            known("a-edge", "a"),
        ])
    }

    #[test]
    fn a_name_in_aws_comes_before_a_short_one_and_several_short_ones_are_refused() {
        let stacks = stacks();
        for (given, name) in [("a-data", "a-data"), ("edge", "edge"), ("a-edge", "a-edge")] {
            assert_eq!(stacks.find(given).unwrap().name, name);
        }
        let failure = stacks.find("data").unwrap_err();
        assert!(failure.message.contains("a-data") && failure.message.contains("b-data"));
        assert_eq!(stacks.find("b-dat").unwrap_err().help.as_deref(), Some("there is `b-data`"));
    }

    #[test]
    fn a_resource_is_named_behind_its_stack() {
        let stacks = stacks();
        let (stack, id) = stacks.within("b-data/Jobs").unwrap();
        assert_eq!((&*stack.name, id), ("b-data", "Jobs"));
        for given in ["Jobs", "b-data/", "nowhere/Jobs"] {
            assert!(stacks.within(given).unwrap_err().help.is_some(), "{given}");
        }
    }
}
