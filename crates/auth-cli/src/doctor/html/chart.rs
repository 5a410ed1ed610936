//! Charts as SVG. Colours come from the page's style, so that they follow light and dark.

use std::fmt::Write;

use html_escape::encode_text;

/// One bar: its parts stand beside each other.
pub(super) struct Bar {
    /// What stands before it.
    pub(super) label: String,
    /// Sizes with the class of their colour.
    pub(super) parts: Vec<(f64, &'static str)>,
    /// What stands behind it.
    pub(super) value: String,
}

/// Horizontal bars on one scale, the longest as wide as there is room.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    let length = |bar: &Bar| bar.parts.iter().map(|(size, _)| size).sum::<f64>();
    let longest = bars.iter().map(length).fold(0.0, f64::max);
    let scale = if longest > 0.0 { ROOM / longest } else { 0.0 };
    let height = bars.len() * ROW;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\">",
        html_escape::encode_double_quoted_attribute(title)
    );
    for (row, bar) in bars.iter().enumerate() {
        let top = row * ROW;
        let middle = top + ROW / 2;
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{middle}\" class=\"label\">{}</text>",
            LABEL - 10,
            encode_text(&cut(&bar.label))
        );
        let mut left = f64::from(LABEL);
        for (size, class) in &bar.parts {
            let width = size * scale;
            // Something is seen of everything that is there.
            let drawn = if *size > 0.0 { width.max(1.5) } else { 0.0 };
            let _ = write!(
                svg,
                "<rect x=\"{left:.1}\" y=\"{}\" width=\"{drawn:.1}\" height=\"{}\" class=\"{class}\"/>",
                top + 4,
                ROW - 8
            );
            left += drawn;
        }
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{middle}\" class=\"value\">{}</text>",
            left + 8.0,
            encode_text(&bar.value)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// What the colours mean.
pub(super) fn legend(entries: &[(&str, &str)]) -> String {
    let entry = |(class, what): &(&str, &str)| {
        format!(
            "<span><svg viewBox=\"0 0 10 10\" class=\"key\" aria-hidden=\"true\" xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"10\" height=\"10\" class=\"{class}\"/></svg>{}</span>",
            encode_text(what)
        )
    };
    format!("<p class=\"legend\">{}</p>\n", entries.iter().map(entry).collect::<String>())
}

fn cut(label: &str) -> String {
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    let kept: String = label.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}

const WIDTH: u32 = 860;
const LABEL: u32 = 295;
/// Behind the longest bar stands its value.
const ROOM: f64 = 310.0;
const ROW: usize = 24;
const LONGEST: usize = 44;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_takes_the_room_and_nothing_is_lost() {
        let bar = |size| Bar { label: "<a>".to_owned(), parts: vec![(size, "one")], value: size.to_string() };
        let svg = bars("\"sizes\"", &[bar(100.0), bar(50.0), bar(0.0001), bar(0.0)]);
        for width in ["width=\"310.0\"", "width=\"155.0\"", "width=\"1.5\"", "width=\"0.0\""] {
            assert!(svg.contains(width), "{svg}");
        }
        assert!(svg.contains("&lt;a&gt;") && svg.contains("aria-label=\"&quot;sizes&quot;\""));
        assert!(!bars("none", &[bar(0.0)]).contains("NaN"));
    }
}
