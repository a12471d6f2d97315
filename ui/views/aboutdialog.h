// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/frameddialog.h"

namespace bartizan {

/// Version, licence, and whose work is inside. Thread: GUI.
class AboutDialog : public FramedDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget *parent = nullptr);

private:
    /// All that is shown, as text to copy into a report.
    QString asText() const;
};

} // namespace bartizan
