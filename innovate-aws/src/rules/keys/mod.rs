//! What keys hold to; `consumer` is what names them.

mod consumer;
mod key_grants_what_its_consumers_need;
mod key_is_of_its_region;
mod key_keeps_its_data_readable;

pub use key_grants_what_its_consumers_need::KEY_GRANTS_WHAT_ITS_CONSUMERS_NEED;
pub use key_is_of_its_region::KEY_IS_OF_ITS_REGION;
pub use key_keeps_its_data_readable::KEY_KEEPS_ITS_DATA_READABLE;
