//! The window's content: functions from the time, the newest snapshot and the view's own state to commands.
//!
//! Knows nothing of HTTP, disk, threads or the clock. Looking changes nothing: a command is only returned for something a person did.

mod account_detail;
mod account_list;
mod account_row;
mod add_provider;
mod attention;
mod bands;
mod certificate;
mod client_set_up;
mod client_test;
mod credentials_fields;
mod device_code;
mod empty;
mod figures;
mod fonts;
mod history;
mod host_fields;
mod icons;
mod inspector;
mod key_store_banner;
mod keyboard;
mod keys_card;
mod link_progress;
mod link_question;
mod link_rescue;
mod list_index;
mod list_rows;
mod overview;
mod pass;
mod password_form;
mod problem_card;
mod quit_dialog;
mod redirect_fields;
mod redirect_pair;
mod remedies;
mod secret_field;
mod set_up_form;
mod settings;
mod sign_in_options;
mod status_line;
mod stopped;
mod theme;
mod top_bar;
mod trading_accounts;
mod unlink_dialog;
mod view_state;
mod widgets;
mod window;

pub use attention::Attention;
pub use stopped::worker_stopped;
pub use theme::install;
pub use view_state::ViewState;
pub use window::window_ui;
