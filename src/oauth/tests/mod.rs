//! Tables of what servers answer, and what each answer comes to.
//!
//! Uses only what the room shows to others.

mod callback_table;
mod callbacks;
mod device_answers;
mod id_claims;
mod id_tokens;
mod metadata_answers;
mod signing;
mod token_answers;
mod token_table;
