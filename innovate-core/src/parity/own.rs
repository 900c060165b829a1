//! What is each environment's own, and counts as equal.

use crate::{
    app::App,
    check::Registry,
    manifest::ManifestSet,
    stack::{Site, StackModel},
    value::{Cidr, Intrinsic, Node, Reference},
};

/// What stands in one environment for what stands in the other.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Names, accounts, domains, regions and zones, the longest first: those of both may begin alike.
    words: Vec<(String, String)>,
    /// The blocks of addresses of networks.
    blocks: Vec<(Cidr, Cidr)>,
    /// Whether zones are named otherwise, since the two are in different regions.
    zones: bool,
}

impl Own {
    /// What stands for what in two programs.
    pub(super) fn of(ours: &App, theirs: &App, registry: &dyn Registry) -> Self {
        let mut own = Self::default();
        if let (Some(ours), Some(theirs)) = (site(ours), site(theirs)) {
            own.words(ours, theirs);
        }
        for stack in ours.stack_models() {
            let Some(other) = own.stack(stack, theirs) else { continue };
            let (region, other_region) = (stack.site().region(), other.site().region());
            own.word(region, other_region);
            if region != other_region {
                own.zones = true;
                for zone in ['a', 'b', 'c', 'd', 'e', 'f'] {
                    own.word(&format!("{region}{zone}"), &format!("{other_region}{zone}"));
                }
            }
        }
        for stack in ours.stack_models() {
            let Some(other) = own.stack(stack, theirs) else { continue };
            own.networks(stack, other, registry);
        }
        own
    }

    fn words(&mut self, ours: &Site, theirs: &Site) {
        self.word(ours.environment(), theirs.environment());
        self.word(ours.stage().name(), theirs.stage().name());
        self.word(ours.account(), theirs.account());
        for (ours, theirs) in
            [(ours.domain(), theirs.domain()), (ours.recovery_region(), theirs.recovery_region())]
        {
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                self.word(ours, theirs);
            }
        }
    }

    fn word(&mut self, ours: &str, theirs: &str) {
        let word = (ours.to_owned(), theirs.to_owned());
        if ours == theirs || ours.is_empty() || theirs.is_empty() || self.words.contains(&word) {
            return;
        }
        self.words.push(word);
        self.words.sort_by_key(|(ours, theirs)| std::cmp::Reverse((ours.len(), theirs.len())));
    }

    fn networks(&mut self, ours: &StackModel, theirs: &StackModel, registry: &dyn Registry) {
        for resource in ours.resources() {
            let Some(property) = registry.block_property(resource.type_name()) else { continue };
            let block = |node: Option<&Node>| node?.as_text()?.parse::<Cidr>().ok();
            let other = theirs.resource(resource.logical_id());
            let blocks = (
                block(resource.properties().at(property)),
                block(other.and_then(|other| other.properties().at(property))),
            );
            if let (Some(ours), Some(theirs)) = blocks {
                self.blocks.push((ours, theirs));
            }
        }
    }

    /// The stack of the other program that stands for this one.
    pub(super) fn stack<'app>(
        &self,
        ours: &StackModel,
        theirs: &'app App,
    ) -> Option<&'app StackModel> {
        theirs.stack_models().iter().find(|stack| self.same_text(ours.name(), stack.name()))
    }

    /// Whether two texts are equal but for what is each environment's own.
    pub(super) fn same_text(&self, ours: &str, theirs: &str) -> bool {
        ours == theirs || self.same_bytes(ours.as_bytes(), theirs.as_bytes())
    }

    fn same_bytes<'a>(&self, mut ours: &'a [u8], mut theirs: &'a [u8]) -> bool {
        let mut within_word = false;
        loop {
            let own = if within_word { None } else { self.strip(ours, theirs) };
            if let Some((our_rest, their_rest)) = own {
                (ours, theirs, within_word) = (our_rest, their_rest, true);
                continue;
            }
            match (ours.split_first(), theirs.split_first()) {
                (None, None) => return true,
                (Some((our, our_rest)), Some((their, their_rest))) if our == their => {
                    (ours, theirs) = (our_rest, their_rest);
                    within_word = our.is_ascii_alphanumeric();
                }
                _ => return false,
            }
        }
    }

    /// What is behind the word that is each environment's own, if both begin with one.
    fn strip<'a>(&self, ours: &'a [u8], theirs: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let ends = |rest: &[u8]| !rest.first().is_some_and(u8::is_ascii_alphanumeric);
        let word = self.words.iter().find_map(|(our, their)| {
            let rest = ours.strip_prefix(our.as_bytes())?;
            let their_rest = theirs.strip_prefix(their.as_bytes())?;
            (ends(rest) && ends(their_rest)).then_some((rest, their_rest))
        });
        word.or_else(|| self.strip_block(ours, theirs)).or_else(|| self.strip_zone(ours, theirs))
    }

    fn strip_block<'a>(&self, ours: &'a [u8], theirs: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let (our, our_rest) = address(ours)?;
        let (their, their_rest) = address(theirs)?;
        let same = self.blocks.iter().any(|(outer, other)| {
            let offsets =
                (our.first().checked_sub(outer.first()), their.first().checked_sub(other.first()));
            outer.contains(our)
                && other.contains(their)
                && outer.prefix() == other.prefix()
                && our.prefix() == their.prefix()
                && offsets.0 == offsets.1
        });
        same.then_some((our_rest, their_rest))
    }

    fn strip_zone<'a>(&self, ours: &'a [u8], theirs: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        if !self.zones {
            return None;
        }
        Some((zone(ours)?, zone(theirs)?))
    }

    /// Whether two values are equal but for what is each environment's own.
    pub(super) fn same(&self, ours: &Node, theirs: &Node) -> bool {
        match (ours, theirs) {
            (Node::Text(ours), Node::Text(theirs)) => self.same_text(ours, theirs),
            (Node::List(ours), Node::List(theirs)) => self.same_lists(ours.iter(), theirs.iter()),
            (Node::Map(ours), Node::Map(theirs)) => {
                ours.len() == theirs.len()
                    && ours.iter().all(|(key, ours)| {
                        theirs.iter().any(|(other, theirs)| {
                            self.same_text(key, other) && self.same(ours, theirs)
                        })
                    })
            }
            (Node::Intrinsic(ours), Node::Intrinsic(theirs)) => self.same_functions(ours, theirs),
            _ => ours == theirs,
        }
    }

    fn same_lists<'a>(
        &self,
        ours: impl ExactSizeIterator<Item = &'a Node>,
        theirs: impl ExactSizeIterator<Item = &'a Node>,
    ) -> bool {
        ours.len() == theirs.len() && ours.zip(theirs).all(|(ours, theirs)| self.same(ours, theirs))
    }

    fn same_functions(&self, ours: &Intrinsic, theirs: &Intrinsic) -> bool {
        if let (Intrinsic::Reference(ours), Intrinsic::Reference(theirs)) = (ours, theirs) {
            return self.same_references(ours, theirs);
        }
        let (texts, their_texts) = (ours.texts(), theirs.texts());
        let mut pairs = texts.iter().zip(&their_texts);
        std::mem::discriminant(ours) == std::mem::discriminant(theirs)
            && texts.len() == their_texts.len()
            && pairs.all(|(ours, theirs)| self.same_text(ours, theirs))
            && self.same_lists(children(ours).into_iter(), children(theirs).into_iter())
    }

    fn same_references(&self, ours: &Reference, theirs: &Reference) -> bool {
        self.same_text(ours.target.stack(), theirs.target.stack())
            && self.same_text(ours.target.path(), theirs.target.path())
            && (&ours.attribute, ours.list, ours.strength)
                == (&theirs.attribute, theirs.list, theirs.strength)
    }
}

fn children(function: &Intrinsic) -> Vec<&Node> {
    let mut children = Vec::new();
    function.each_child(&mut |child| children.push(child));
    children
}

/// Where a program is: the site of its first stack, or of its first cluster.
fn site(app: &App) -> Option<&Site> {
    let stack = app.stack_models().first().map(StackModel::site);
    stack.or_else(|| app.manifest_sets().first().map(ManifestSet::site))
}

/// The address or block of addresses with which a text begins, and what is behind it.
fn address(text: &[u8]) -> Option<(Cidr, &[u8])> {
    text.first().filter(|first| first.is_ascii_digit())?;
    let of_address = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'/');
    let end = text.iter().position(|byte| !of_address(byte)).unwrap_or(text.len());
    let (address, rest) = text.split_at_checked(end)?;
    let address = std::str::from_utf8(address).ok()?;
    let block = match address.contains('/') {
        true => Cidr::parse(address),
        false => Cidr::parse(&format!("{address}/32")),
    };
    Some((block.ok()?, rest))
}

/// What is behind the id of a zone, such as `euw1-az2`.
fn zone(text: &[u8]) -> Option<&[u8]> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let (_, rest) = text.split_at_checked(letters)?;
    let (number, rest) = rest.split_first()?;
    let (zone, rest) = rest.strip_prefix(b"-az")?.split_first()?;
    (letters >= 3 && number.is_ascii_digit() && zone.is_ascii_digit()).then_some(rest)
}
