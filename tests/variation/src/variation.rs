//! One edit of the program, and how it is refused.

/// An edit that makes the program unsafe.
#[derive(Clone, Copy, Debug)]
pub struct Variation {
    /// What is wrong then.
    pub name: &'static str,
    edit: Edit,
    at: Option<&'static str>,
    /// The code of the finding; none if the compiler refuses the program.
    pub code: Option<&'static str>,
    /// What the user reads, among other things.
    pub says: &'static str,
}

/// Each names its place by a text that the program has once.
#[derive(Clone, Copy, Debug)]
enum Edit {
    None,
    /// A text becomes another.
    Replace(&'static str, &'static str),
    /// Before the line with a text come more lines.
    Insert(&'static str, &'static str),
    /// The line with a text goes.
    Remove(&'static str),
}

impl Edit {
    const fn anchor(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Replace(anchor, _) | Self::Insert(anchor, _) | Self::Remove(anchor) => anchor,
        }
    }
}

/// An edit that the compiler refuses.
pub const fn refused(name: &'static str) -> Variation {
    Variation { name, edit: Edit::None, at: None, code: None, says: "" }
}

/// An edit that `check` refuses with a code.
pub const fn found(name: &'static str, code: &'static str) -> Variation {
    Variation { name, edit: Edit::None, at: None, code: Some(code), says: "" }
}

impl Variation {
    /// `text` becomes `with`.
    pub const fn replace(mut self, text: &'static str, with: &'static str) -> Self {
        self.edit = Edit::Replace(text, with);
        self
    }

    /// Before the line with `text` come `lines`.
    pub const fn insert(mut self, text: &'static str, lines: &'static str) -> Self {
        self.edit = Edit::Insert(text, lines);
        self
    }

    /// The line with `text` goes.
    pub const fn remove(mut self, text: &'static str) -> Self {
        self.edit = Edit::Remove(text);
        self
    }

    /// The user is shown the line with `text`, the first from the edit on if there are several, and
    /// not that of the edit.
    pub const fn at(mut self, text: &'static str) -> Self {
        self.at = Some(text);
        self
    }

    /// What the message says, among other things.
    pub const fn says(mut self, text: &'static str) -> Self {
        self.says = text;
        self
    }

    /// The name of the module that the edited program is.
    pub fn module(&self) -> String {
        self.name.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
    }

    /// The edited program.
    ///
    /// # Errors
    ///
    /// If the program has the text to edit not exactly once, or the line to be shown isn't there.
    pub fn apply(&self, program: &str) -> Result<Edited, String> {
        let anchor = self.edit.anchor();
        let stale = |what: &str| format!("{}: the program has {what}", self.name);
        let offset = program.find(anchor).ok_or_else(|| stale(&format!("no `{anchor}`")))?;
        if program.get(offset + 1..).unwrap_or_default().contains(anchor) {
            return Err(stale(&format!("more than one `{anchor}`")));
        }
        let line_of =
            |text: &str, offset: usize| text.get(..offset).map(|text| text.matches('\n').count());
        let line = line_of(program, offset).unwrap_or_default();
        let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
        let text = match self.edit {
            Edit::None => program.to_owned(),
            Edit::Replace(_, with) => program.replacen(anchor, with, 1),
            Edit::Insert(_, inserted) => {
                let next = lines.get(line).map_or("", String::as_str);
                let indent = " ".repeat(next.len() - next.trim_start().len());
                let inserted = inserted.lines().map(|inserted| format!("{indent}{inserted}"));
                lines.splice(line..line, inserted.collect::<Vec<_>>());
                lines.join("\n") + "\n"
            }
            Edit::Remove(_) => {
                lines.splice(line..=line, []);
                lines.join("\n") + "\n"
            }
        };
        let shown = match self.at {
            None => line,
            Some(at) => {
                let behind = text.lines().skip(line).position(|line| line.contains(at));
                let behind = behind.map(|behind| line + behind);
                let anywhere = || text.lines().position(|line| line.contains(at));
                behind.or_else(anywhere).ok_or_else(|| stale(&format!("no line with `{at}`")))?
            }
        };
        Ok(Edited { text, line: shown + 1 })
    }
}

/// An edited program.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Its text.
    pub text: String,
    /// The line that the user is shown, counted from 1.
    pub line: usize,
}
