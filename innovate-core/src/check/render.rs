//! Findings as a person reads them: in the look of the Rust compiler.

use std::borrow::Cow;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Place, Report, Severity, statement};

/// Where the text of the program's files comes from. The model reads no files itself.
pub trait Sources {
    /// The text of a file, by the name that the compiler gave it; `None` if it isn't at hand.
    fn text(&self, file: &str) -> Option<Cow<'_, str>>;
}

/// No source text at all: findings show file, line and column only.
#[derive(Clone, Copy, Debug)]
pub struct NoSources;

impl Sources for NoSources {
    fn text(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// Whether text is colored with ANSI escape sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coloring {
    /// Plain text.
    Plain,
    /// The Rust compiler's colors.
    Ansi,
}

/// What is given beyond this many characters is shown in a note, not beside the source.
const LONGEST_LABEL: usize = 80;

impl Report {
    /// The findings with the lines of the program that they are about, a blank line between; nothing
    /// if there are none.
    pub fn render(&self, sources: &dyn Sources, coloring: Coloring) -> String {
        let each = self.findings().iter().map(|finding| finding.render(sources, coloring) + "\n");
        each.collect::<Vec<_>>().join("\n")
    }

    /// How many findings there are: `3 errors, 1 warning; 2 accepted with a reason`.
    pub fn summary(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            match self.count(severity) {
                0 => {}
                1 => parts.push(format!("1 {}", severity.name())),
                count => parts.push(format!("{count} {}s", severity.name())),
            }
        }
        if parts.is_empty() {
            parts.push("no findings".to_owned());
        }
        let mut summary = parts.join(", ");
        if !self.accepted().is_empty() {
            summary.push_str(&format!("; {} accepted with a reason", self.accepted().len()));
        }
        summary
    }
}

impl Diagnostic {
    /// The finding with the lines of the program that it is about, without a line break at the end.
    pub fn render(&self, sources: &dyn Sources, coloring: Coloring) -> String {
        let renderer = match coloring {
            Coloring::Plain => Renderer::plain(),
            Coloring::Ansi => Renderer::styled(),
        };
        let level = match self.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(self.message()).id(self.code());
        let (source, labelled) = self.source(sources);
        let notes = self
            .notes(labelled)
            .map(|(name, note)| Element::from(Level::NOTE.with_name(Some(name)).message(note)));
        let group = Group::with_title(title).elements(source).elements(notes);
        renderer.render(&[group])
    }

    /// The line and column where the finding is shown: those of the builder method that it names,
    /// if the source has it, else those of [`place`](Self::place).
    pub fn resolved_place(&self, sources: &dyn Sources) -> Option<Place> {
        let place = self.place()?;
        let resolved = sources.text(&place.file).and_then(|text| {
            let span = statement::spot(&text, place, self.setter_name())?;
            let (line, column) = statement::line_and_column(&text, span.start)?;
            Some(Place { file: place.file.clone(), line, column })
        });
        Some(resolved.unwrap_or_else(|| place.clone()))
    }

    /// One piece of source a file, the finding's own file first; where the source isn't at hand,
    /// the place alone. And whether the value given stands beside the source.
    fn source(&self, sources: &dyn Sources) -> (Vec<Element<'_>>, bool) {
        struct Mark<'a> {
            place: &'a Place,
            setter: Option<&'a str>,
            label: Option<Cow<'a, str>>,
            kind: AnnotationKind,
        }
        let primary = self.place().map(|place| Mark {
            place,
            setter: self.setter_name(),
            label: self.label().map(Cow::Borrowed),
            kind: AnnotationKind::Primary,
        });
        let related = self.related_places().iter().map(|(place, what)| Mark {
            place,
            setter: None,
            label: Some(Cow::Borrowed(what.as_str())),
            kind: AnnotationKind::Context,
        });
        let marks: Vec<Mark<'_>> = primary.into_iter().chain(related).collect();
        let mut files: Vec<&str> = Vec::new();
        for mark in &marks {
            if !files.contains(&&*mark.place.file) {
                files.push(&mark.place.file);
            }
        }
        let (mut elements, mut unseen, mut labelled) = (Vec::new(), Vec::new(), false);
        for file in files {
            let text = sources.text(file).map(Cow::into_owned);
            let mut annotations = Vec::new();
            for mark in marks.iter().filter(|mark| mark.place.file == file) {
                let spot =
                    text.as_deref().and_then(|t| statement::spot(t, mark.place, mark.setter));
                match spot {
                    Some(span) => {
                        labelled |= mark.kind == AnnotationKind::Primary && mark.label.is_some();
                        // What stands there anyway needs no label.
                        let there = text.as_deref().and_then(|text| text.get(span.clone()));
                        let label = mark.label.clone().filter(|label| there != Some(&**label));
                        annotations.push(mark.kind.span(span).label(label));
                    }
                    None => unseen.push(mark),
                }
            }
            if let Some(text) = text.filter(|_| !annotations.is_empty()) {
                let snippet = Snippet::source(text).path(file).annotations(annotations);
                elements.push(Element::from(snippet));
            }
        }
        for mark in unseen {
            let Place { file, line, column } = mark.place;
            if mark.kind == AnnotationKind::Primary {
                let origin = Origin::path(&**file)
                    .line(usize::try_from(*line).unwrap_or_default())
                    .char_column(usize::try_from(*column).unwrap_or_default());
                elements.insert(0, origin.into());
            } else {
                let what = mark.label.as_deref().unwrap_or_default();
                elements
                    .push(Level::NOTE.message(format!("{what}: {file}:{line}:{column}")).into());
            }
        }
        (elements, labelled)
    }

    /// What stands beside the underlined source.
    fn label(&self) -> Option<&str> {
        let given = self.given_value()?;
        (given.chars().count() <= LONGEST_LABEL && !given.contains('\n')).then_some(given)
    }

    fn notes(&self, labelled: bool) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let given = self.given_value().filter(|_| !labelled);
        let property = self.property_path().map(|path| path.replace('/', "."));
        self.subject()
            .into_iter()
            .chain(property.map(|property| ("property", property)))
            .chain(given.map(|given| ("given", given.to_owned())))
            .chain(self.allowed_values().map(|allowed| ("allowed", allowed.to_owned())))
            .chain(self.help_texts().iter().map(|help| ("help", help.clone())))
    }
}
