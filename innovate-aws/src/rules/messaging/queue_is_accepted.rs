//! `SQS-01`: a queue is one that SQS makes.

use innovate_core::{Rule, check::Check};

/// `SQS-01`.
pub static QUEUE_IS_ACCEPTED: Rule = Rule {
    code: "SQS-01",
    title: "a queue has a name, a visibility timeout and a number of receipts that SQS takes",
    explanation: "SQS hides a message that was received for 12 hours at most, and gives it up after 1 to 1,000 \
receipts. A queue's name is made of its stack and path, and that of its dead letters of its own, each of up to \
80 letters, digits, hyphens and underscores.\n\nSources: \"SetQueueAttributes\" and \"CreateQueue\", Amazon SQS \
API Reference.",
    check: Check::Elsewhere,
};
