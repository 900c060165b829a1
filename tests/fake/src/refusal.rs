//! What an action refuses, with the code and status that AWS answers.

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// What most refusals are: `ValidationError`, 400.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    pub(crate) fn no_stack(name: &str) -> Self {
        Self::invalid(format!("Stack with id {name} does not exist"))
    }

    pub(crate) fn no_change_set(name: &str) -> Self {
        Self::new(404, "ChangeSetNotFound", format!("ChangeSet [{name}] does not exist"))
    }

    /// The client's token was used for another operation.
    pub(crate) fn token_in_use(token: &str) -> Self {
        Self::new(
            400,
            "TokenAlreadyExistsException",
            format!("Client request token {token} was already used for another operation"),
        )
    }
}
