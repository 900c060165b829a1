//! Asking before anything is changed.

use std::io::{self, BufRead, IsTerminal};

use super::{Failure, output::reason, terminal::Terminal};

/// Who answers: somebody at a terminal, or nobody.
pub(super) struct Answers<R> {
    /// What is typed; nothing if nobody is there.
    input: Option<R>,
}

impl Answers<io::StdinLock<'static>> {
    /// Somebody answers if the standard input is a terminal, and JSON wasn't asked for.
    pub(super) fn of(terminal: &Terminal) -> Self {
        let somebody = !terminal.json && io::stdin().is_terminal();
        Self { input: somebody.then(|| io::stdin().lock()) }
    }
}

impl<R: BufRead> Answers<R> {
    /// Whether somebody can be asked.
    pub(super) const fn is_there(&self) -> bool {
        self.input.is_some()
    }

    /// Whether somebody types these very words when asked.
    ///
    /// # Errors
    ///
    /// If nobody is there to ask, or if the answer can't be read.
    pub(super) fn types(
        &mut self,
        question: &str,
        words: &str,
        terminal: &Terminal,
    ) -> Result<bool, Failure> {
        let Some(input) = &mut self.input else {
            return Err(Failure::new("nobody is here to confirm this")
                .help("say `--yes` to go on without a confirmation, as CI does"));
        };
        terminal.findings(question);
        let mut answer = String::new();
        input
            .read_line(&mut answer)
            .map_err(|error| Failure::new(format!("can't read the answer: {}", reason(&error))))?;
        Ok(answer.trim() == words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::arguments::Color;

    fn terminal() -> Terminal {
        Terminal::new(Color::Never, false)
    }

    #[test]
    fn only_the_very_words_confirm() {
        for (typed, confirms) in
            [("yes\n", true), (" yes \n", true), ("y\n", false), ("YES\n", false), ("", false)]
        {
            let mut answers = Answers { input: Some(typed.as_bytes()) };
            assert_eq!(answers.types("deploy? ", "yes", &terminal()), Ok(confirms), "{typed}");
        }
    }

    #[test]
    fn nobody_confirms_nothing() {
        let mut answers: Answers<&[u8]> = Answers { input: None };
        let failure = answers.types("deploy? ", "yes", &terminal()).unwrap_err();
        assert!(failure.help.is_some_and(|help| help.contains("--yes")));
    }
}
