//! C text: comments that stay comments, whatever the source says.

/// Text for the inside of a comment.
pub(super) fn prose(text: &str) -> String {
    // Neither the end of a comment, nor the start of one inside, nor a trigraph.
    text.replace('\t', " ").replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?")
}

/// Returns a comment of these lines, or nothing. A line feed in a line starts another line.
pub(super) fn comment(indent: usize, text: &str) -> String {
    let text = prose(text);
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    let space = " ".repeat(indent);
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{space}/** {line} */\n"),
        [first, rest @ ..] => {
            let mut comment = format!("{space}/** {first}\n");
            for line in rest {
                comment.push_str(format!("{space} * {line}").trim_end());
                comment.push('\n');
            }
            comment.push_str(&format!("{space} */\n"));
            comment
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_where_it_is_meant_to() {
        for hostile in ["*/ int x; /*", "**//**/", "??/\n*/", "a\n*/\nb", "/", "*"] {
            let comment = comment(0, hostile);
            assert_eq!(comment.matches("*/").count(), 1, "{comment}");
            assert_eq!(comment.matches("/*").count(), 1, "{comment}");
            assert!(comment.ends_with(" */\n"));
        }
    }
}
