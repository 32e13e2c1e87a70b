; Fields of classes, which TypeScript calls otherwise.

(field_definition property: (_) @target value: (_) @value) @assign
