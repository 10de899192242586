//! The functions of values with contents: a copy of one in the caller's memory, and the texts and the elements in
//! it.

use shm_schema::schema::{Live, Type};

use super::copies::valid_elements;
use super::map::Output;
use super::refusals::check_indexes;
use super::{Function, Writer};
use crate::c::naming::Naming;
use crate::c::walk::Spot;

impl<'a> Writer<'_, 'a> {
    /// A function that copies a value with contents out of the heap, and checks it.
    pub(super) fn kept_contents(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'a>,
        value: Type<'a>,
    ) {
        let Some(output) = self.contents(naming, value, "value", "copy") else { return };
        let body = format!(
            "{}{}    size_t value_size_ = 0;\n    const @p@_error error = @p@_load_kept_(heap, &{}.handle, \
             {}, {}, &value_size_);\n    if (error != @P@_OK)\n        return error;\n{}    return @P@_OK;\n",
            check_indexes(spot, "@P@_OUT_OF_BOUNDS"),
            output.before,
            spot.expression,
            output.at,
            output.room,
            output.after
        );
        let heap = "const @p@_heap *heap".to_owned();
        let parameters: Vec<String> = [heap].into_iter().chain(output.parameters).collect();
        let (verb, result, parameters) = ("load", "@p@_error", &parameters[..]);
        let function =
            Function { verb, result, writes: false, locks: false, parameters, body, wide: false };
        self.write(naming, spot, &function);
    }

    /// A value with contents that is copied out, as `what`.
    pub(super) fn contents(
        &mut self,
        naming: &mut Naming<'_>,
        ty: Type<'a>,
        what: &str,
        wrapper: &str,
    ) -> Option<Output> {
        let name = self.copy_type(naming, ty, wrapper)?;
        let rows = self.contents.rows(ty);
        let (size, align, first, parts) = (ty.size(), ty.align(), rows.start, rows.len());
        Some(Output {
            parameters: vec![
                format!("@p@_contents *{what}_contents"),
                format!("const {name} **{what}"),
            ],
            before: format!("    @p@_start_contents_({what}_contents, {align});\n"),
            at: format!("{what}_contents->bytes"),
            room: format!("{what}_contents->size"),
            after: format!(
                "    const @p@_error {what}_error = @p@_check_contents_({what}_contents, {what}_size_, {size}, \
                 {align}, {first}, {parts});\n    if ({what}_error == @P@_TOO_LONG)\n        return \
                 @P@_TOO_LONG;\n    if ({what}_error != @P@_OK)\n        return {what}_error;\n    *{what} = \
                 (const {name} *)(const void *){what}_contents->bytes;\n"
            ),
            wide: false,
        })
    }

    /// A function that finds the text or the elements of a part, in a private copy.
    pub(super) fn tail(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>, live: Live<'a>) {
        // In other places these words refer to nothing.
        let Some(found) = live.contents().filter(|_| self.record.copied) else { return };
        let (name, count) = match found.element {
            None => ("char".to_owned(), "len"),
            Some(element) => match self.element_type(naming, element, "element") {
                Some(name) => (name, "count"),
                None => return,
            },
        };
        let (size, align) =
            found.element.map_or((1, 1), |element| (element.size(), element.align()));
        let at = &spot.expression;
        let mut body = check_indexes(spot, "@P@_OUT_OF_BOUNDS");
        body.push_str(&format!(
            "    const void *found = NULL;\n    const @p@_error error = @p@_get_contents_(contents, {at}.offset, \
             {at}.len, {size}, {align}, &found, {count});\n    *out = (const {name} *)found;\n"
        ));
        let valid = found.element.map(|element| valid_elements(naming, element, &name));
        match valid.as_deref().and_then(|valid| valid.split_once('\n')) {
            Some((_, check)) => body.push_str(&check.replace("out[at]", "(*out)[at]")),
            None => body.push_str("    return error;\n"),
        }
        let parameters = [
            "const @p@_contents *contents".to_owned(),
            format!("const {name} **out"),
            format!("size_t *{count}"),
        ];
        let (verb, result, parameters) = ("get", "@p@_error", &parameters[..]);
        let function =
            Function { verb, result, writes: false, locks: false, parameters, body, wide: false };
        self.write(naming, spot, &function);
    }
}
