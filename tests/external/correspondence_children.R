# correspondence_children.json: the table children of FactoMineR (14 reasons by 5 educations; 4 rows and 3 columns more).
source("writing.R")
suppressMessages({library(FactoMineR); library(ca)})

table <- read("correspondence_children.csv", row.names = 1)
active <- as.matrix(table[1:14, 1:5])
found <- CA(table, row.sup = 15:18, col.sup = 6:8, ncp = 4, graph = FALSE)
plain <- ca(active)
chi2 <- chisq.test(active)
inertia <- function(mass, coord) named(mass * rowSums(coord^2))
# FactoMineR's table of eigenvalues ends with the axes there are; here four of them
write_numbers(list(
  children = list(
    eig = block(found$eig), row_coord = block(found$row$coord), row_contrib = block(found$row$contrib),
    row_cos2 = block(found$row$cos2), row_inertia = setNames(named(found$row$inertia), rownames(active)),
    col_coord = block(found$col$coord), col_contrib = block(found$col$contrib), col_cos2 = block(found$col$cos2),
    col_inertia = setNames(named(found$col$inertia), colnames(active)),
    row_sup_coord = block(found$row.sup$coord), row_sup_cos2 = block(found$row.sup$cos2),
    col_sup_coord = block(found$col.sup$coord), col_sup_cos2 = block(found$col.sup$cos2),
    singular_values = found$svd$vs, row_mass = setNames(named(plain$rowmass), rownames(active)),
    col_mass = setNames(named(plain$colmass), colnames(active)), total_inertia = sum(plain$sv^2)
  ),
  children_chisq = list(X2 = unname(chi2$statistic), df = unname(chi2$parameter), p = chi2$p.value, n = sum(active)),
  versions = versions("FactoMineR", "ca")
), "correspondence_children.json")
