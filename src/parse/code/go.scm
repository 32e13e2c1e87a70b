; Go.

(comment) @comment

; an import without an alias has the bytes of its path: the path within its quotes is its source
(import_spec path: (interpreted_string_literal (interpreted_string_literal_content) @source)) @import
(import_spec path: (raw_string_literal (raw_string_literal_content) @source)) @import
(import_spec name: (_) @alias)

; literals
[(interpreted_string_literal) (raw_string_literal) (rune_literal)] @string
[(int_literal) (float_literal) (imaginary_literal)] @number
(true) @true
(false) @false
(nil) @null
(parenthesized_expression (_) @other) @parens

; a struct's literal makes one, with its fields as pairs; those of maps and slices are mappings and lists
(composite_literal type: [(type_identifier) (qualified_type) (generic_type)] @callee) @new
(composite_literal type: (map_type) @type) @object
(composite_literal type: [(slice_type) (array_type) (implicit_length_array_type)] @type) @list
(literal_element (literal_value (keyed_element))) @object
(literal_element (literal_value)) @list
(keyed_element key: (literal_element (_) @key) value: (literal_element (_) @value)) @pair
(composite_literal body: (literal_value (literal_element (_) @argument)))

; names
[(identifier) (package_identifier) (field_identifier) (type_identifier)] @identifier
(selector_expression operand: (_) @receiver field: (_) @property) @member
(qualified_type package: (_) @receiver name: (_) @property) @member
(index_expression operand: (_) @receiver index: (_) @key) @index

; calls; `panic` raises
((call_expression function: (identifier) @_panic arguments: (argument_list . (_) @value .)) @throw (#eq? @_panic "panic"))
(call_expression function: (_) @callee) @call
(type_conversion_expression type: (_) @type operand: (_) @value) @await
(argument_list (_) @argument)
(variadic_argument (_) @value) @spread
(type_assertion_expression operand: (_) @value type: (_) @type) @await
(unary_expression operator: ["&" "*" "<-"] operand: (_) @value) @await

; functions, and types with fields or methods; a method's receiver is its first parameter
[(function_declaration) (method_declaration) (func_literal)] @function
(function_declaration name: (_) @name)
(method_declaration name: (_) @name)
(function_declaration body: (_) @body)
(method_declaration body: (_) @body)
(func_literal body: (_) @body)
(function_declaration parameters: (parameter_list (_) @parameter))
(method_declaration parameters: (parameter_list (_) @parameter))
(method_declaration receiver: (parameter_list (_) @parameter))
(func_literal parameters: (parameter_list (_) @parameter))
(method_elem parameters: (parameter_list (_) @parameter))
(parameter_declaration type: (_) @type)
(variadic_parameter_declaration type: (_) @type)
(type_spec name: (_) @name type: [(struct_type) (interface_type)] @body) @class
(field_declaration_list (field_declaration !name type: (_) @super))
(field_declaration name: (_) @target type: (_) @type) @assign
(method_elem name: (_) @name) @function

; branches
(if_statement condition: (_) @condition consequence: (_) @then) @if
(if_statement alternative: (_) @else)
[(expression_switch_statement) (type_switch_statement) (select_statement)] @other
(expression_switch_statement value: (_) @condition)
(type_switch_statement value: (_) @condition)
[(expression_case) (default_case) (type_case) (communication_case)] @case
(expression_case value: (expression_list (_) @condition))
(type_case type: (_) @condition)
(for_statement body: (_) @body) @loop
(for_statement (range_clause left: (expression_list (_) @target)))
(for_statement (range_clause right: (_) @iterated))
(for_statement (for_clause condition: (_) @condition))
(return_statement) @return
(return_statement (expression_list (_) @value))
[(continue_statement) (break_statement)] @skip

; operators
(binary_expression) @binary
(unary_expression operator: "!" operand: (_) @value) @not

; assignments
(short_var_declaration left: (expression_list (_) @target) right: (expression_list (_) @value)) @assign
(assignment_statement left: (expression_list (_) @target) right: (expression_list (_) @value)) @assign
(var_spec name: (_) @target) @assign
(var_spec type: (_) @type)
(var_spec value: (expression_list (_) @value))
(const_spec name: (_) @target value: (expression_list (_) @value)) @assign
(const_spec type: (_) @type)

; module
(package_clause (_) @name) @package
