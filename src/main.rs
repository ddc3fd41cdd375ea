//! Parse, run, report the error once, exit.

use std::process::ExitCode;

use kubectl_sidecar::cli::{self, Request};
use kubectl_sidecar::error::Result;
use kubectl_sidecar::ui::{ColorChoice, Ui};

fn main() -> ExitCode {
    let mut ui = Ui::new(ColorChoice::Auto);
    let ended = run(&mut ui);
    ui.clear_progress();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(ui: &mut Ui) -> Result<()> {
    match cli::parse(std::env::args_os())? {
        Request::Print(text) => Ok(ui.data(text)?),
        Request::Run(invocation) => {
            *ui = invocation.ui();
            invocation.run(ui)
        }
    }
}
