//! The colours as styles of the drawing library.

use anstyle::{AnsiColor, Effects};
use ratatui::style::{Color, Modifier, Style};

/// The mode of styles: with colours, or without.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    pub(crate) colored: bool,
}

impl Theme {
    /// A style of [`crate::style`]. Bold, faint and inverted text is so without colours as well.
    pub(crate) fn style(self, style: anstyle::Style) -> Style {
        let mut shown = Style::new().add_modifier(modifier(style.get_effects()));
        if self.colored {
            shown.fg = style.get_fg_color().map(color);
            shown.bg = style.get_bg_color().map(color);
        }
        shown
    }
}

fn modifier(effects: Effects) -> Modifier {
    [
        (Effects::BOLD, Modifier::BOLD),
        (Effects::DIMMED, Modifier::DIM),
        (Effects::ITALIC, Modifier::ITALIC),
        (Effects::UNDERLINE, Modifier::UNDERLINED),
        (Effects::INVERT, Modifier::REVERSED),
    ]
    .into_iter()
    .filter(|(effect, _)| effects.contains(*effect))
    .fold(Modifier::empty(), |all, (_, modifier)| all | modifier)
}

fn color(color: anstyle::Color) -> Color {
    match color {
        anstyle::Color::Ansi(color) => ansi(color),
        anstyle::Color::Ansi256(color) => Color::Indexed(color.0),
        anstyle::Color::Rgb(color) => Color::Rgb(color.r(), color.g(), color.b()),
    }
}

fn ansi(color: AnsiColor) -> Color {
    match color {
        AnsiColor::Black => Color::Black,
        AnsiColor::Red => Color::Red,
        AnsiColor::Green => Color::Green,
        AnsiColor::Yellow => Color::Yellow,
        AnsiColor::Blue => Color::Blue,
        AnsiColor::Magenta => Color::Magenta,
        AnsiColor::Cyan => Color::Cyan,
        AnsiColor::White => Color::Gray,
        AnsiColor::BrightBlack => Color::DarkGray,
        AnsiColor::BrightRed => Color::LightRed,
        AnsiColor::BrightGreen => Color::LightGreen,
        AnsiColor::BrightYellow => Color::LightYellow,
        AnsiColor::BrightBlue => Color::LightBlue,
        AnsiColor::BrightMagenta => Color::LightMagenta,
        AnsiColor::BrightCyan => Color::LightCyan,
        AnsiColor::BrightWhite => Color::White,
    }
}
