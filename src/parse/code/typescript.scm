; What TypeScript has beside JavaScript.

(import_statement "type" source: (_) @source) @type-import
(export_statement "type" source: (_) @source) @type-import
(import_specifier "type") @type-import
(import_statement (import_require_clause (identifier) @alias source: (_) @source)) @import
[(interface_declaration) (type_alias_declaration)] @other
(required_parameter) @parameter
(optional_parameter) @parameter
(required_parameter pattern: (_) @identifier)
(required_parameter value: (_) @value)
(public_field_definition name: (_) @target value: (_) @value) @assign
(abstract_class_declaration) @class
(abstract_class_declaration name: (_) @name)
[(as_expression) (satisfies_expression) (non_null_expression)] @await
(as_expression . (_) @value)
(satisfies_expression . (_) @value)
(non_null_expression . (_) @value)
(extends_clause value: (_) @super)
(implements_clause (_) @super)
