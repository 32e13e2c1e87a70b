# where orders go
terraform {
  required_version = ">= 1.5"
}
resource "aws_db_instance" "customers" {
  identifier = "customers-${var.environment}"
  password   = var.db_password // a reference
  port       = 5432
  public     = false
  nothing    = null
  tags = {
    Environment = "production", "Owner name" : "data"
    (local.key) = "x"
  }
  subnets = ["a", var.b, [1, 2]]
  rules   = [for r in var.rules : r.name if r.on]
  policy = jsonencode({
    Effect = "Allow"
  })
  script = <<-EOT
    first "line"
      second ${var.x}
  EOT
  ingress { from = 1 }
  ingress {
    from = 2
  }
}
/* the other one */
resource "aws_db_instance" "orders" {
  identifier = var.blue ? "a" : "b"
  escaped    = "tab\t and \"quotes\" é"
}
