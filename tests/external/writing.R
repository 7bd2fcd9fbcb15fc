# How the scripts beside this file read and write. Every number is written with 15 significant digits.
# Rscript NAME.R FOLDER writes into FOLDER what the files of the same name hold.

folder <- commandArgs(trailingOnly = TRUE)[1]
if (is.na(folder)) stop("say where to: Rscript NAME.R FOLDER")

read <- function(name, ...) read.csv(name, ...)

write_table <- function(table, name) {
  numeric <- vapply(table, is.numeric, TRUE)
  table[numeric] <- lapply(table[numeric], function(x) formatC(x, digits = 15, format = "g", width = -1))
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = which(!numeric), na = "")
}

write_numbers <- function(numbers, name) {
  jsonlite::write_json(numbers, file.path(folder, name), digits = I(15), auto_unbox = TRUE, na = "null", pretty = 1)
}

# a named vector as an object, a matrix with its rows and columns
named <- function(x) as.list(x)
block <- function(m) {
  m <- as.matrix(m)
  rows <- if (is.null(rownames(m))) seq_len(nrow(m)) else rownames(m)
  cols <- if (is.null(colnames(m))) seq_len(ncol(m)) else colnames(m)
  list(rows = rows, cols = cols, values = unname(m))
}
errors <- function(v) named(sqrt(diag(v)))
versions <- function(...) {
  packages <- c(...)
  c(list(R = paste(R.version$major, R.version$minor, sep = ".")),
    setNames(lapply(packages, function(p) as.character(packageVersion(p))), packages))
}
